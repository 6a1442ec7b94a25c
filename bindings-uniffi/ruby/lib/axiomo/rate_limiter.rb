# frozen_string_literal: true

module Axiomo
  # Keeps calls under the rate limit of one user of the service. In a process that was forked off it counts anew.
  class RateLimiter
    class << self
      # The one of this name, the same for the whole process.
      def shared(name, pacing: nil)
        Checked.one_of(:name, name, "a String", String)
        how = Checked.word(:pacing, pacing)
        made { AxiomoUniffi::NativeRateLimiter.shared(name, how) }
      end

      # One whose quota is kept in Redis, for several processes. Connects when it is first needed.
      #
      # Raises ConfigurationError when the address is none.
      def redis(url, pacing: nil)
        Checked.one_of(:url, url, "a String", String)
        how = Checked.word(:pacing, pacing)
        made { AxiomoUniffi::NativeRateLimiter.redis(url, how) }
      end

      # @api private
      def made(&make)
        allocate.tap { |limiter| limiter.send(:make_with, make) }
      end
    end

    # One of this process's own.
    #
    # - `limit`: requests a minute. Default: 60.
    # - `pacing`: how requests are spread out: `:eager`, `:smooth` or `:off`. Default: `:eager`.
    #
    # Raises ConfigurationError when the limit is no number of requests.
    def initialize(limit: 60, pacing: nil)
      Checked.number(:limit, limit)
      how = Checked.word(:pacing, pacing)
      make_with(-> { AxiomoUniffi::NativeRateLimiter.limited(limit, how) })
    end

    # What it knows now.
    def snapshot
      RateLimiterSnapshot.send(:new, Json.parse(native.snapshot))
    end

    # @api private
    def native
      @native.value
    end

    def inspect
      "#<#{self.class} #{snapshot.inspect}>"
    end

    private

    def make_with(make)
      @native = PerProcess.new { Error.refusing(&make) }
      native
    end
  end
end
