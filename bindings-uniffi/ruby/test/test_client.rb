# frozen_string_literal: true

require_relative "support"
require "logger"
require "stringio"

class TestClient < Minitest::Test
  include Support

  def test_a_client_for_a_block_is_closed_after_it
    server = serve(answer)
    options = { base_url: server.base_url, api_key: server.key.key }
    client = nil
    title = Axiomo::Client.open(**options) { |opened| (client = opened).scan("x").signal.pr.title }
    assert_equal("Renew sessions", title)
    error = assert_raises(Axiomo::ConfigurationError) { client.scan("x") }
    assert_match(/the client was closed/, error.message)
  end

  def test_a_request_is_an_address_a_hash_or_a_request
    server = serve(*Array.new(3) { answer })
    client = server.client
    client.analyze(ADDRESS)
    client.analyze({ provider: :gitlab, owner: "group/part", repo: "repo", pr_number: 7 })
    client.analyze(Axiomo::AnalyzeRequest.new(provider: Axiomo::Provider::GITHUB, owner: "o", repo: "r", pr_number: 2))
    bodies = server.requests.map { |entry| JSON.parse(entry["body"]) }
    assert_equal(ADDRESS, bodies[0]["url"])
    assert_includes(bodies[1].to_s, "group/part")
    assert_raises(TypeError) { client.analyze(5) }
    assert_raises(ArgumentError) { client.analyze({ link: "x" }) }
    assert_equal(3, server.requests.size)
  end

  def test_options_are_keywords
    client = serve.client
    error = assert_raises(ArgumentError) { client.scan("x", timout: 5) }
    assert_equal("unknown keyword: :timout", error.message)
    assert_raises(ArgumentError) { Axiomo::Client.new(anonymous: true, retries: 1) }
    assert_raises(TypeError) { client.scan("x", timeout: "5") }
    assert_raises(ArgumentError) { client.scan("x", timeout: Float::NAN) }
    assert_raises(TypeError) { client.scan(5) }
  end

  PRIVATE_KEY = "-----BEGIN PRIVATE KEY-----"

  def assert_unshown(error)
    assert_nil(error.cause)
    refute_includes(error.full_message, PRIVATE_KEY)
  end

  def test_a_wrong_type_is_named_and_not_shown
    {
      api_key: [PRIVATE_KEY], anonymous: "no", base_url: 5, connect_timeout: "5", pacing: 5, user_agent_suffix: :bot, proxy: 5,
      root_certificate: [PRIVATE_KEY], client_certificate: PRIVATE_KEY, default_headers: [PRIVATE_KEY],
      allow_insecure_http: 1, rate_limiter: "reviews", clock: PRIVATE_KEY, max_retries: "3", retry_ambiguous: "no"
    }.each do |name, value|
      error = assert_raises(TypeError, name.to_s) { Axiomo::Client.new(**{ name => value }) }
      assert_match(/\A#{name} is #{value.class}; expected /, error.message)
      assert_unshown(error)
    end
  end

  def test_what_an_option_holds_is_named_and_not_shown
    {
      "a value in default_headers is Array" => { default_headers: { "x-secret" => [PRIVATE_KEY] } },
      "a name in default_headers is Integer" => { default_headers: { 5 => PRIVATE_KEY } },
      "key of client_certificate is Array" => { client_certificate: { chain: "", key: [PRIVATE_KEY] } },
    }.each do |part, options|
      error = assert_raises(TypeError, part) { Axiomo::Client.new(**options) }
      assert_includes(error.message, part)
      assert_unshown(error)
    end
    {
      "client_certificate" => { client_certificate: { PRIVATE_KEY => "" } },
      "UTF-8" => { api_key: "#{PRIVATE_KEY}\xff" },
    }.each do |part, options|
      error = assert_raises(ArgumentError, part) { Axiomo::Client.new(**options) }
      assert_includes(error.message, part)
      assert_unshown(error)
    end
  end

  def test_a_wrong_type_for_a_call_is_named_and_nothing_is_sent
    server = serve
    client = server.client
    {
      "ordered is String" => -> { client.analyze_many([ADDRESS], ordered: "yes") },
      "concurrency is String" => -> { client.analyze_many([ADDRESS], concurrency: "3") },
      "deadline is String" => -> { client.analyze_many([ADDRESS], deadline: "60") },
      "cancel is Symbol" => -> { client.scan("x", cancel: :now) },
      "access_token is Symbol" => -> { client.analyze(ADDRESS, access_token: :token) },
      "url is Symbol" => -> { Axiomo::RateLimiter.redis(:local) },
      "limit is String" => -> { Axiomo::RateLimiter.new(limit: "5") },
    }.each do |part, call|
      assert_includes(assert_raises(TypeError, part, &call).message, part)
    end
    assert_empty(server.requests)
  end

  def test_certificates_and_headers_are_named_by_symbols_or_strings
    %i[to_sym to_s].each do |name|
      certificate = %w[chain key].to_h { |member| [member.public_send(name), "no PEM"] }
      error = assert_raises(Axiomo::ConfigurationError) { Axiomo::Client.new(client_certificate: certificate) }
      assert_match(/certificate/, error.message)
      server = serve(answer)
      server.client(default_headers: { "x-team".public_send(name) => "reviews" }).scan("x")
      assert_equal("reviews", server.requests.first["headers"].to_h["x-team"])
    end
  end

  def test_what_is_wrong_with_a_client_is_told_before_anything_is_sent
    {
      "https://" => { base_url: "ftp://example.org" }, "timeout" => { timeout: -1 }, "max_retries" => { max_retries: -1 },
      "pacing" => { pacing: :sideways }, "key" => { api_key: "ax_\n" },
    }.each do |part, options|
      error = assert_raises(Axiomo::ConfigurationError, part) { Axiomo::Client.new(anonymous: options.keys != [:api_key], **options) }
      assert_includes(error.message, part)
      assert_equal(:no, error.sent)
    end
  end

  def test_a_logger_is_told_of_its_client
    server = serve(respond(503), answer, answer)
    log = StringIO.new
    server.client(logger: Logger.new(log)).scan("x")
    assert_match(/axiomo request .*503/, log.string)
    assert_match(/axiomo retry/, log.string)
    server.client.scan("y")
    assert_equal(2, log.string.scan("axiomo request").size)
  end

  def test_what_is_of_no_client_is_told_to_every_logger
    count = 16
    # So high a limit allows as many retries.
    busy = respond(503, { "x-ratelimit-limit" => "100000", "x-ratelimit-remaining" => "99999" })
    server = serve(*Array.new(count * 101) { busy })
    server.limits = { key: 0 }
    taken = 0
    items = Enumerator.new do |given|
      count.times do
        taken += 1
        given << "https://github.com/o/r/pull/#{taken}"
      end
    end
    # Once all items are under way, it keeps events from being taken until there are more than have room.
    held = false
    holding = Object.new
    holding.define_singleton_method(:debug) do |_text|
      next if held || taken < count

      held = true
      server.await_journal(event: "request", count: server.requests.size + 800, timeout: 60)
    end
    day = 86_400
    clock = Axiomo::Testing::VirtualClock.new.skip_waits
    options = { clock: clock, pacing: :off, max_retries: 100, timeout: day, attempt_timeout: day }
    client = server.client(logger: holding, **options)
    log = StringIO.new
    other = server.client(logger: Logger.new(log))
    errors = client.analyze_many(items, concurrency: count).map(&:error)
    assert_equal([Axiomo::ServerError], errors.map(&:class).uniq)
    assert_equal(1, log.string.scan("axiomo events_left_out").size)
    refute_includes(log.string, "axiomo request")
    # A logger is there as long as its client.
    other.close
  end

  def test_a_logger_that_raises_keeps_no_result_away
    logger = Object.new
    def logger.debug(_text)
      raise "of no use"
    end
    client = serve(answer).client(logger: logger)
    _, warned = capture_io { assert_equal("Renew sessions", client.scan("x").signal.pr.title) }
    assert_match(/a logger raised RuntimeError/, warned)
  end

  def test_a_provider_gives_the_key_when_a_call_needs_one
    server = serve(answer)
    key = server.key.key
    asked = 0
    client = server.client(api_key: -> { (asked += 1) && key })
    assert_equal(0, asked)
    client.scan("x")
    assert_equal(1, asked)
    assert_equal("Bearer #{key}", server.requests.first["headers"].to_h["authorization"])
  end

  def test_a_provider_that_raises_ends_the_call_with_the_class_of_what_it_raised
    client = serve.client(api_key: -> { raise KeyError, "ax_of_nobody" })
    error = assert_raises(Axiomo::ConfigurationError) { client.scan("x") }
    told = error.full_message
    assert_includes(told, "KeyError")
    refute_includes(told, "ax_of_nobody")
  end

  def test_a_provider_that_gives_no_text_says_what_it_gave
    error = assert_raises(Axiomo::ConfigurationError) { serve.client(api_key: -> {}).scan("x") }
    assert_includes(error.message, "the function that gives the key gave NilClass; expected a String")
  end

  def test_a_client_that_does_something_differently_shares_the_rest
    server = serve(respond(503), answer)
    client = server.client
    other = client.with_options(max_retries: 0)
    assert_raises(Axiomo::ServerError) { other.scan("x") }
    assert_equal("Renew sessions", client.scan("x").signal.pr.title)
    assert_equal(client.rate_limiter.snapshot.own, other.rate_limiter.snapshot.own)
    assert_raises(Axiomo::ConfigurationError) { client.with_options(timeout: -1) }
  end

  def test_a_clock_that_moves_by_hand_moves_what_waits
    clock = Axiomo::Testing::VirtualClock.new.skip_waits
    client = serve(respond(503, { "retry-after" => "30" }), answer).client(clock: clock)
    assert_equal(2, client.scan("x").meta.attempts.size)
    assert_equal(["retry_after"], clock.waits.map(&:reason))
    assert_operator(clock.elapsed, :>=, 30)
    assert_raises(Axiomo::ConfigurationError) { clock.advance(-1) }
  end

  def test_ten_minutes_at_the_limit_take_no_time
    server = serve(respond(429, { "retry-after" => "600" }), answer, virtual_time: true)
    meta = server.client(max_wait: 900, timeout: 1800).scan("x").meta
    assert_operator(meta.elapsed, :>=, 600)
    assert_operator(server.elapsed, :>=, 600)
  end

  def test_the_rate_limit_is_known_once_it_was_told
    client = serve.client
    assert_nil(client.rate_limit)
    assert_raises(Axiomo::NotFoundError) { client.scan("nothing") }
    assert_equal([60, 59], [client.rate_limit.limit, client.rate_limit.remaining])
    assert_instance_of(Time, client.rate_limit.reset_at)
  end

  def test_limiters
    named = Axiomo::RateLimiter.shared("reviews", pacing: :smooth)
    client = serve(answer).client(rate_limiter: named)
    client.scan("x")
    assert_equal(1, Axiomo::RateLimiter.shared("reviews").snapshot.own)
    assert_equal(5, Axiomo::RateLimiter.new(limit: 5).snapshot.limit)
    assert_raises(Axiomo::ConfigurationError) { Axiomo::RateLimiter.new(limit: 0.5) }
    assert_raises(Axiomo::ConfigurationError) { Axiomo::RateLimiter.redis("nonsense") }
  end

  def test_a_webhook_is_verified
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    secret = "It's a Secret to Everybody"
    assert(Axiomo.verify_webhook(secret, "Hello, World!", signature))
    refute(Axiomo.verify_webhook("another", "Hello, World!", signature))
    refute(Axiomo.verify_webhook(secret, "Hello, World?", signature))
    refute(Axiomo.verify_webhook(secret, "\xff\x00".b, signature))
    refute(Axiomo.verify_webhook(secret, "Hello, World!", nil))
  end
end
