# frozen_string_literal: true

module Axiomo
  # A client of the Axiomo API. Connections and the rate limit are shared by all its calls, which any number of threads may
  # make at once; while one waits, other threads run. It works in processes that are forked, before and after it was used.
  class Client
    # A client for as long as the block runs; it is closed then.
    def self.open(**options)
      client = new(**options)
      yield client
    ensure
      client&.close
    end

    # A client as the options say, and where they are silent as the environment does. Nothing is sent.
    #
    # - `api_key`: the key, a String, or what gives one (anything with `call`), which is asked before the first call and again
    #   when the service has refused the one before. Default: `AXIOMO_API_KEY`; none without it.
    # - `anonymous`: whether to go without a key, whatever the environment says.
    # - `rate_limiter`: keeps the calls of several clients under one rate limit. Default: one for all clients with this key, and
    #   one of its own where the key is asked for.
    # - `user_agent_suffix`: words at the end of `User-Agent`, such as the name of a bot.
    # - `proxy`: the address of a proxy. Default: as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say.
    # - `root_certificate`: a certificate in PEM that is trusted besides the system's.
    # - `client_certificate`: a Hash of `chain` and `key`, in PEM, by which the client shows who it is.
    # - `default_headers`: headers of every request, a Hash.
    # - `allow_insecure_http`: whether a key may be sent to an `http` address that is not of this machine.
    # - `logger`: is told what the client does: a Logger, or what has its methods. Default: nobody.
    # - `clock`: time for tests, an Axiomo::Testing::VirtualClock. Default: the machine's.
    #
    # and those of Axiomo::Options.
    #
    # Raises ConfigurationError when a key, an address or an option is wrong.
    def initialize(api_key: nil, anonymous: false, rate_limiter: nil, user_agent_suffix: nil, proxy: nil,
                   root_certificate: nil, client_certificate: nil, default_headers: {}, allow_insecure_http: false,
                   logger: nil, clock: nil, **options)
      provider = api_key.respond_to?(:call) ? api_key : nil
      Checked.one_of(:rate_limiter, rate_limiter, "an Axiomo::RateLimiter", RateLimiter, NilClass)
      # Where the class was not loaded nobody has one.
      clocks = defined?(Axiomo::Testing::VirtualClock) ? [Axiomo::Testing::VirtualClock] : []
      Checked.one_of(:clock, clock, "an Axiomo::Testing::VirtualClock", NilClass, *clocks)
      settings = Json.text(
        {
          options: Options.of_call(options), **Options.of_client(options),
          apiKey: provider ? nil : Checked.one_of(:api_key, api_key, "a String, or what gives one", String, NilClass),
          asksForKey: !provider.nil?, anonymous: Checked.flag(:anonymous, anonymous),
          userAgentSuffix: Checked.text(:user_agent_suffix, user_agent_suffix), proxy: Checked.text(:proxy, proxy),
          rootCertificate: Checked.text(:root_certificate, root_certificate),
          clientCertificate: Checked.certificate(:client_certificate, client_certificate),
          defaultHeaders: Checked.headers(:default_headers, default_headers),
          allowInsecureHttp: Checked.flag(:allow_insecure_http, allow_insecure_http),
          runtime: "#{RUBY_ENGINE} #{RUBY_ENGINE_VERSION}"
        },
      )
      @number = Told.number
      Told.know(self, @number, provider, logger)
      @is_asked = !provider.nil?
      # In a block, so that nothing that goes through instance variables finds the key.
      hold do
        AxiomoUniffi::NativeClient.open(Told.bridge, @number, settings, rate_limiter&.native, clock&.native)
      end
    end

    # Analyses a pull request: its address, a Hash such as `{provider: "github", owner: "o", repo: "r", pr_number: 1}`, or an
    # AnalyzeRequest. An analysis usually takes 10 to 30 seconds. Options are those of Axiomo::Options for calls, and `cancel`,
    # a CancelHandle. `Timeout`, `Thread#raise` and signals drop the request at once.
    #
    # Raises an Error of the class of its kind.
    def analyze(request, access_token: nil, **options)
      text, is_address = AnalyzeRequest.from(request).given
      Checked.text(:access_token, access_token)
      if is_address && access_token.nil? && options.empty?
        return finish(->(bridge, call) { native.analyze_address(bridge, call, text) })
      end

      settings, cancel = of_call(options)
      finish(lambda { |bridge, call|
        native.analyze(bridge, call, text, is_address, access_token, settings, cancel)
      })
    end

    # Retrieves a Signal that was made before, by its id. Takes the options of `analyze`.
    #
    # Raises an Error of the class of its kind.
    def scan(scan_id, **options)
      raise TypeError, "a scan's id is #{scan_id.class}; expected a String" unless scan_id.is_a?(String)

      settings, cancel = of_call(options)
      finish(->(bridge, call) { native.scan(bridge, call, scan_id, settings, cancel) })
    end

    # Analyses many pull requests: as many at once as use the whole rate limit and do not trip it. Gives a Batch, which has a
    # result or an error for each item.
    #
    # - `items`: anything that has `each`; items are taken as they are needed.
    # - `ordered`: whether results come in the order of the items. Default: as they are done.
    # - `concurrency`: how many items may be under way at once. Default: by the rate limit and how long an analysis takes.
    # - `deadline`: how many seconds the whole batch may take; what is not done by then fails with `timeout`. Default: no limit.
    #
    # and the options of `analyze` for each item. Raises ConfigurationError when an option is wrong.
    def analyze_many(items, ordered: false, concurrency: nil, deadline: nil, **options)
      unless items.respond_to?(:each)
        raise TypeError, "the items are #{items.class}; expected something that has each, such as an Array"
      end

      shape = Json.text(
        {
          ordered: Checked.flag(:ordered, ordered), concurrency: Checked.number(:concurrency, concurrency),
          deadlineMs: deadline.nil? ? nil : Json.milliseconds(:deadline, deadline)
        },
      )
      left = items.is_a?(Array) ? items.size : nil
      settings, cancel = of_call(options)
      Batch.new(Error.refusing { native.analyze_many(shape, settings, left, cancel) }, items)
    end

    # The rate limit as the service last told it; nil before the first answer that tells it.
    def rate_limit
      told = Json.parse(native.rate_limit)
      told && RateLimit.send(:new, told)
    end

    # What keeps this client's calls under the rate limit.
    def rate_limiter
      RateLimiter.made { native.rate_limiter }
    end

    # Where the service is.
    def base_url
      native.base_url
    end

    # Whether calls carry a key.
    def key?
      native.has_key
    end

    # The same client with other options: those of Axiomo::Options for calls, and `cancel`, a CancelHandle that ends every call
    # of it, beside the one that a call has itself. It shares connections, the rate limit and its end with this one.
    #
    # Raises ConfigurationError when an option is wrong, or this client was closed.
    def with_options(**options)
      settings, cancel = of_call(options)
      first = self
      self.class.allocate.tap do |client|
        client.send(:share, @number, @is_asked)
        client.send(:hold) { first.send(:native).with_options(first.send(:number), settings || "{}", cancel) }
      end
    end

    # Ends its calls, with a CancelledError, and those of the clients that were made from it. Calls that begin later raise a
    # ConfigurationError.
    def close
      native.close
      nil
    end

    # What is no secret.
    def inspect
      "#<#{self.class} base_url=#{base_url} key=#{key?}>"
    end

    private

    attr_reader :number

    def share(number, is_asked)
      @number = number
      @is_asked = is_asked
    end

    def hold(&make)
      @native = PerProcess.new { Error.refusing(&make) }
      native
    end

    def native
      @native.value
    end

    def finish(start)
      Told.answer if @is_asked
      Analysis.of(Caller.call(start))
    end

    def of_call(options)
      cancel = Checked.one_of(:cancel, options.delete(:cancel), "an Axiomo::CancelHandle", CancelHandle, NilClass)
      settings = Options.of_call(options, final: true)
      [settings.empty? ? nil : Json.text(settings), cancel&.native]
    end
  end
end
