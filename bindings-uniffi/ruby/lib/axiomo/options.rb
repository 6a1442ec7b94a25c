# frozen_string_literal: true

# Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

module Axiomo
  # What one call, or one client, does differently:
  #
  # - `timeout`: The whole time of one call, waits and retries included. Default: 300 seconds, or `AXIOMO_TIMEOUT`, in seconds.
  # - `attempt_timeout`: The time of one attempt: to connect, if there is no connection yet, to send, and to read the last byte of the answer. Default: 90 seconds, or `AXIOMO_ATTEMPT_TIMEOUT`, in seconds.
  # - `max_wait`: The longest single wait; one that would be longer is an error at once. Default: 180 seconds, or `AXIOMO_MAX_WAIT`, in seconds.
  # - `max_retries`: How many attempts may follow the first. Default: 3, or `AXIOMO_MAX_RETRIES`.
  # - `retry_ambiguous`: Whether an analysis whose answer was lost is asked for once more. Default: true.
  #
  # And what only a client can do differently:
  #
  # - `base_url`: Where the service is; the paths of the API are appended to it. Default: `https://axiomo.app/api`, or `AXIOMO_BASE_URL`.
  # - `connect_timeout`: The time to connect, TLS included. Default: 5 seconds.
  # - `pacing`: How requests are spread out, for everybody who shares the client's rate limiter. `:eager`: As soon as there are units, at least 20 ms apart (less where the limit is above 1,500 a minute). `:smooth`: Evenly over the window. `:off`: As they come; only what the service refuses is obeyed. Default: `:eager`.
  module Options
    # How the client calls them, and what they are.
    OF_CALL = {
      timeout: ["timeoutMs", :duration],
      attempt_timeout: ["attemptTimeoutMs", :duration],
      max_wait: ["maxWaitMs", :duration],
      max_retries: ["maxRetries", :integer],
      retry_ambiguous: ["retryAmbiguous", :boolean],
    }.freeze
    OF_CLIENT = {
      base_url: ["baseUrl", :string],
      connect_timeout: ["connectTimeoutMs", :duration],
      pacing: ["pacing", :enum],
    }.freeze
    private_constant :OF_CALL, :OF_CLIENT

    class << self
      # Takes the options of a call out of what is given, as the client reads them. When they are the last, whatever else is
      # given is unknown.
      #
      # @api private
      def of_call(given, final: false)
        taken = take(given, OF_CALL)
        refuse(given) if final
        taken
      end

      # Takes the options of a client, which are the last.
      #
      # @api private
      def of_client(given)
        taken = take(given, OF_CLIENT)
        refuse(given)
        taken
      end

      private

      def take(given, names)
        names.each_with_object({}) do |(name, (native, kind)), taken|
          value = given.delete(name)
          taken[native] = read(name, value, kind) unless value.nil?
        end
      end

      def read(name, value, kind)
        case kind
        when :duration then Json.milliseconds(name, value)
        when :enum then Checked.word(name, value)
        when :boolean then Checked.flag(name, value)
        when :integer then Checked.number(name, value)
        else Checked.text(name, value)
        end
      end

      def refuse(rest)
        raise ArgumentError, "unknown keyword: #{rest.keys.first.inspect}" unless rest.empty?
      end
    end
  end
end
