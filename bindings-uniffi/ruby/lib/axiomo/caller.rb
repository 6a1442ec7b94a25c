# frozen_string_literal: true

module Axiomo
  # Makes one call at a time. Whoever calls waits at a pipe, where other threads run meanwhile, and where `Timeout`,
  # `Thread#raise` and signals reach it: whatever ends the wait drops the call. Callers that nobody needs are kept for those
  # who will.
  class Caller
    @idle = PerProcess.new { Queue.new }

    class << self
      # Makes a call. A batch is given an item when it asks for one.
      def call(start, feed = nil)
        # Nothing ends it in the middle of native code; what comes meanwhile has its turn where it waits.
        Thread.handle_interrupt(Object => :never) do
          idle = @idle.value
          caller = take(idle)
          begin
            caller.call(start, feed)
          ensure
            idle << caller
          end
        end
      end

      private

      def take(idle)
        idle.pop(true)
      rescue ThreadError
        # Nobody is idle.
        new
      end
    end

    def initialize
      @bridge = AxiomoUniffi::Bridge.new("ruby")
      @bell, end_of_bell = IO.pipe
      # It is duplicated.
      @bridge.write_to(end_of_bell.fileno)
      end_of_bell.close
      @calls = 0
      @wants = false
    end

    def call(start, feed)
      @wants = Told.listen(@bridge, @wants)
      number = (@calls += 1)
      outcome = nil
      begin
        start.call(@bridge, number)
        until outcome
          Thread.handle_interrupt(Object => :immediate) { @bell.wait_readable }
          @bell.read_nonblock(64, exception: false)
          outcome = take(number, feed)
        end
        outcome
      ensure
        @bridge.abort(number) unless outcome
      end
    end

    private

    def take(number, feed)
      outcome = nil
      Arrival.take(@bridge).each do |arrival|
        case arrival.kind
        when Kind::FEED then feed&.call
        when Kind::EVENTS then Told.tell(@bridge)
        # Others are of calls that were dropped.
        else outcome = arrival if arrival.number == number
        end
      end
      outcome
    end
  end
  private_constant :Caller
end
