# frozen_string_literal: true

require "json"
require "time"

module Axiomo
  # Texts as the client writes and reads them.
  module Json
    module_function

    # What a text says. Integers are exact.
    def parse(text)
      JSON.parse(text)
    end

    # The text of what a caller gave. What cannot be written is not shown: it may be a secret.
    def text(value)
      JSON.generate(value)
    rescue JSON::JSONError, EncodingError
      raise ArgumentError, "what was given does not fit into JSON; expected texts in UTF-8 and finite numbers", cause: nil
    end

    # Seconds from the milliseconds of the client; nil stays nil.
    def seconds(milliseconds)
      milliseconds && milliseconds / 1000.0
    end

    # Milliseconds from seconds that a caller gives.
    def milliseconds(name, seconds)
      raise TypeError, "#{name} is #{seconds.class}; expected a number of seconds" unless seconds.is_a?(Numeric)
      raise ArgumentError, "#{name} is #{seconds}; expected a finite number of seconds" unless seconds.to_f.finite?

      seconds.to_f * 1000
    end

    # A time from the client's text; nil stays nil.
    def time(text)
      text && Time.iso8601(text)
    end
  end
  private_constant :Json
end
