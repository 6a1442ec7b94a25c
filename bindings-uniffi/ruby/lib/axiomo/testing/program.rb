# frozen_string_literal: true

module Axiomo
  module Testing
    # A process of `axiomo-mock-server`, which holds any number of mock servers. It ends when it is closed, and with the
    # process that started it.
    #
    # The program is what the environment's variable `AXIOMO_MOCK_SERVER` names, else the one on `PATH`.
    class Program
      NAME = "axiomo-mock-server"
      VARIABLE = "AXIOMO_MOCK_SERVER"
      private_constant :NAME, :VARIABLE

      # Its version.
      attr_reader :version

      # @api private
      attr_reader :controls

      # Starts it.
      #
      # Raises MockServerError when there is no such program, or it does not start.
      def initialize
        path = find
        # It ends when its input does, which is when this process ends, however it ends.
        @input, output = start(path)
        line = output.gets
        output.close
        first = JSON.parse(line.to_s)
        @version = first.fetch("version")
        @controls = Controls.new(first.fetch("admin_url"), first.fetch("admin_token"))
      rescue JSON::ParserError, KeyError
        @input.close
        printed = line ? line[0, 200] : "nothing"
        raise MockServerError.new("#{path} did not start: it was to print its address as JSON and printed #{printed}", "not_started")
      end

      # Ends it, and every mock server in it. Closing it again does nothing.
      def close
        return if @input.closed?

        @input.close
        Process.wait(@pid)
        nil
      end

      private

      def start(path)
        theirs, input = IO.pipe
        output, their_output = IO.pipe
        words = [path, "--port", "0", "--admin", "--until-stdin-ends"]
        @pid = Process.spawn({ "AXIOMO_MANAGEMENT_TOKEN" => nil }, *words, in: theirs, out: their_output)
        [input, output]
      rescue SystemCallError => e
        raise MockServerError.new("#{path} cannot be started: #{e.message}", "not_started")
      ensure
        theirs&.close
        their_output&.close
      end

      def find
        named = ENV.fetch(VARIABLE, "")
        return named unless named.empty?

        folders = ENV.fetch("PATH", "").split(File::PATH_SEPARATOR)
        folders.map { |folder| File.join(folder, NAME) }.find { |path| File.executable?(path) } or
          raise MockServerError.new("there is no #{NAME}: `cargo install #{NAME}`, or let #{VARIABLE} name the program", "not_found")
      end
    end
  end
end
