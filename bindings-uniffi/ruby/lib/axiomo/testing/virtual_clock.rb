# frozen_string_literal: true

module Axiomo
  module Testing
    # Time that passes only when a test says so.
    class VirtualClock
      # One that a reference server moves, at the address of its conductor.
      #
      # Raises ConfigurationError when there is no conductor.
      def self.conducted(address)
        allocate.tap { |clock| clock.send(:hold, Error.refusing { AxiomoUniffi::NativeClock.conducted(address) }) }
      end

      # One that moves by hand.
      def initialize
        hold(AxiomoUniffi::NativeClock.by_hand)
      end

      # @api private
      attr_reader :native

      # Whether waits end at once, as if their time had passed.
      def skip_waits(skip = true)
        native.skip_waits(skip)
        self
      end

      # Lets so many seconds pass.
      #
      # Raises ConfigurationError when the time is negative.
      def advance(seconds)
        Error.refusing { native.advance(Json.milliseconds(:seconds, seconds)) }
        self
      end

      # How many seconds have passed.
      def elapsed
        Json.seconds(native.elapsed)
      end

      # Every wait that was begun, with its `length` in seconds and its `reason`: `queue`, `pacing`, `penalty`, `retry_after`
      # or `backoff`.
      def waits
        Json.parse(native.waits).map { |wait| Wait.new(Json.seconds(wait["lengthMs"]), wait["reason"]) }
      end

      # A wait of a client's.
      Wait = Struct.new(:length, :reason)

      private

      def hold(native)
        @native = native
      end
    end
  end
end
