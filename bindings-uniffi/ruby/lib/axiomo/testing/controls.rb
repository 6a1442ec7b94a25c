# frozen_string_literal: true

require "net/http"

module Axiomo
  module Testing
    # A mock server did not do what it was asked. The message says what was expected.
    class MockServerError < StandardError
      # One word for it.
      attr_reader :code

      # @api private
      def initialize(message, code = "unknown")
        super(message)
        @code = code
      end
    end

    # What was waited for did not happen at a mock server in time.
    class NotSeenError < MockServerError
    end

    # The test controls of a server, at a listener of their own.
    class Controls
      def initialize(url, token)
        @url = URI(url)
        @token = token
      end

      # What a control answers; nil where it answers nothing.
      def send_to(method, path, body = nil, timeout: 60)
        request = Net::HTTP.const_get(method.capitalize).new(@url.path + path, "authorization" => "Bearer #{@token}")
        unless body.nil?
          request["content-type"] = "application/json"
          request.body = JSON.generate(body)
        end
        # A control is not to go through a proxy.
        answer = Net::HTTP.start(@url.host, @url.port, nil, read_timeout: timeout) { |http| http.request(request) }
        raise refusal(answer) unless answer.is_a?(Net::HTTPSuccess)

        answer.body.to_s.empty? ? nil : JSON.parse(answer.body)
      rescue SystemCallError, IOError, Timeout::Error => e
        raise MockServerError.new("#{method} #{path}: the mock server does not answer: #{e.message}", "unreachable")
      end

      private

      def refusal(answer)
        error = JSON.parse(answer.body).fetch("error")
        type = error["code"] == "not_seen" ? NotSeenError : MockServerError
        type.new(error.fetch("message"), error.fetch("code"))
      rescue JSON::ParserError, KeyError, NoMethodError
        MockServerError.new("the mock server answered #{answer.code}: #{answer.body.to_s[0, 200]}")
      end
    end
    private_constant :Controls
  end
end
