# frozen_string_literal: true

module Axiomo
  # Who is asked for keys and told of events, by the numbers of their clients.
  module Told
    @number = 0
    @mutex = Mutex.new
    @providers = {}
    @loggers = {}
    @bridge = PerProcess.new { AxiomoUniffi::Bridge.new("ruby") }
    @answering = nil

    class << self
      # A number for a client or a batch.
      def number
        @mutex.synchronize { @number += 1 }
      end

      # Knows them as long as the client is there.
      def know(client, number, provider, logger)
        return unless provider || logger

        @mutex.synchronize do
          @providers[number] = provider if provider
          @loggers[number] = logger if logger
        end
        ObjectSpace.define_finalizer(client, forgetting(number))
      end

      # Wants events to come over a bridge when somebody listens to them, and none otherwise. Gives what is wanted now.
      def listen(bridge, wanted_before)
        wanted = !@loggers.empty?
        bridge.want(wanted ? "trace" : nil) if wanted != wanted_before
        wanted
      end

      def tell(bridge)
        Json.parse(bridge.events).each do |told|
          logger = @loggers[told.fetch("client")] or next
          fields = told.fetch("fields").map { |name, value| " #{name}=#{value}" }.join
          level = told.fetch("level")
          logger.public_send(logger.respond_to?(level) ? level : :debug, "axiomo #{told.fetch("event")}#{fields}")
        rescue StandardError => e
          # It must not keep results from those who wait for them.
          warn "axiomo: a logger raised #{e.class}"
        end
      end

      # The bridge over which clients ask for keys.
      def bridge
        @bridge.value
      end

      # Answers questions for keys from now on.
      def answer
        @mutex.synchronize do
          @answering = start_answering unless @answering&.alive?
        end
      end

      private

      def forgetting(number)
        providers = @providers
        loggers = @loggers
        proc do
          providers.delete(number)
          loggers.delete(number)
        end
      end

      def start_answering
        bridge = self.bridge
        bell, end_of_bell = IO.pipe
        bridge.write_to(end_of_bell.fileno)
        end_of_bell.close
        Thread.new do
          Thread.current.name = "axiomo"
          loop do
            Arrival.take(bridge).each { |arrival| Thread.new { give_key(bridge, arrival) } if arrival.kind == Kind::KEY }
            bell.wait_readable
            bell.read_nonblock(256, exception: false)
          end
        end
      end

      def give_key(bridge, arrival)
        key = @providers[arrival.number]&.call
        raise TypeError, "it gave no String" unless key.is_a?(String)

        bridge.give_key(arrival.first, key, nil)
      rescue Exception => e # rubocop:disable Lint/RescueException
        # Its text may hold the key.
        bridge.give_key(arrival.first, nil, "what gives the key raised #{e.class}")
      end
    end
  end
  private_constant :Told
end
