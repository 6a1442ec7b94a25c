# frozen_string_literal: true

module Axiomo
  # Who is asked for keys and told of events, by the numbers of their clients.
  module Told
    @number = 0
    @last = 0
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
          next unless new?(told["number"])

          fields = told.fetch("fields").map { |name, value| " #{name}=#{value}" }.join
          text = "axiomo #{told.fetch("event")}#{fields}"
          concerned(told.fetch("client")).each { |logger| log(logger, told.fetch("level"), text) }
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

      # What is of no client comes over every bridge.
      def new?(number)
        return true if number.nil? || number.zero?

        @mutex.synchronize do
          next false if number <= @last

          @last = number
          true
        end
      end

      # What is of no client concerns all of them.
      def concerned(client)
        client.zero? ? @loggers.values.uniq : [@loggers[client]].compact
      end

      def log(logger, level, text)
        logger.public_send(logger.respond_to?(level) ? level : :debug, text)
      rescue StandardError => e
        # It must not keep results from those who wait for them.
        warn "axiomo: a logger raised #{e.class}"
      end

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
        provider = @providers[arrival.number]
        return bridge.give_key(arrival.first, nil, "nobody gives the key") unless provider

        key = provider.call
        return bridge.give_key(arrival.first, key, nil) if key.is_a?(String)

        bridge.give_key(arrival.first, nil, "the function that gives the key gave #{key.class}; expected a String")
      rescue Exception => e # rubocop:disable Lint/RescueException
        # Its text may hold the key.
        bridge.give_key(arrival.first, nil, "what gives the key raised #{e.class}")
      end
    end
  end
  private_constant :Told
end
