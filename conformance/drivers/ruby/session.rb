# frozen_string_literal: true

# One client and its calls.
class Session
  attr_reader :client

  class << self
    # An error with what is printed of it.
    def failed(error)
      error.to_h.merge(display: "#{error.class}: #{error.message}", debug: "#{error.inspect} #{printed(error)}")
    end

    # What a driver tells when it fails itself.
    def misused(problem)
      { kind: "protocol", message: printed(problem) }
    end

    private

    # Ruby gives it as bytes.
    def printed(error)
      error.full_message.dup.force_encoding(Encoding::UTF_8)
    end
  end

  def initialize(frame, tell)
    @tell = tell
    @calls = []
    @handles = Hash.new { |handles, call| handles[call] = Axiomo::CancelHandle.new }
    @log = StringIO.new
    @client = Axiomo::Client.new(
      **options(frame["options"]),
      api_key: frame["api_key"], anonymous: frame["api_key"].nil?, base_url: frame["base_url"],
      root_certificate: frame["ca_pem"], logger: Logger.new(@log),
      clock: frame["conductor"] && Axiomo::Testing::VirtualClock.conducted(frame["conductor"])
    )
  end

  def call(frame)
    # It may be cancelled before it is made.
    handle = @handles[frame["call"]]
    @calls << Thread.new { finish(frame, handle) }
    {}
  end

  def cancel(call)
    @handles[call].cancel
    {}
  end

  def join
    @calls.each(&:join)
  end

  # Ends its calls, and gives what was logged.
  def close
    @handles.each_value(&:cancel)
    join
    client.close
    @log.string.lines
  end

  private

  def finish(frame, handle)
    outcome = begin
      made(frame, handle)
    rescue Axiomo::Error => e
      { error: Session.failed(e) }
    rescue StandardError => e
      { error: Session.misused(e) }
    end
    @tell.call({ **event("done", frame), **outcome })
  end

  def made(frame, handle)
    given = frame["args"] || {}
    options = { **options(frame["options"]), cancel: handle }
    case frame["method"]
    when "analyze" then whole(client.analyze(request(given), **options), frame)
    when "scan" then whole(client.scan(given.fetch("scan_id"), **options), frame)
    when "analyze_many" then analyze_many(frame, given, options)
    else { ok: client.rate_limit, began: false }
    end
  end

  def analyze_many(frame, given, options)
    shape = { ordered: given["ordered"], concurrency: given["concurrency"], deadline: given["deadline_s"] }.compact
    client.analyze_many(given.fetch("items").map { |item| request(item) }, **shape, **options).each do |item|
      @tell.call({ **event("item", frame), index: item.index, **outcome(item, frame) })
    end
    { ok: {} }
  end

  def outcome(item, frame)
    return { error: Session.failed(item.error) } if item.error
    return { repeats: item.repeats } if item.repeats

    whole(item.result, frame)
  end

  def whole(analysis, frame)
    extra = (frame["extra"] || []).to_h { |path| [path, analysis.extra(path)] }
    ok = {
      signal_id: analysis.signal_id, signal_url: analysis.signal_url, signal: analysis.signal, raw: analysis.raw,
      extra: extra, debug: analysis.inspect
    }
    { ok: ok, meta: analysis.meta }
  end

  def event(name, frame)
    { event: name, session: frame["session"], call: frame["call"] }
  end

  # An address as it is, or a request.
  def request(given)
    given.is_a?(Hash) ? given.transform_keys(&:to_sym) : given
  end

  def options(given)
    (given || {}).to_h { |name, value| [name.delete_suffix("_s").to_sym, value] }
  end
end
