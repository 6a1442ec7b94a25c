# frozen_string_literal: true

module Axiomo
  # What the service made of a pull request, and how it was obtained.
  class Analysis
    class << self
      private :new

      # Reads an analysis from its text, as `raw` gives it, whether in its envelope or bare. How it was obtained is not known
      # then.
      #
      # Raises DecodeError when the text is not one.
      def from_json(text)
        parts = Error.refusing { AxiomoUniffi.read_analysis(text) }
        new([AxiomoUniffi.sections_of(parts.signal), parts.raw, parts.meta, parts.signal_id, parts.signal_url])
      end

      # The analysis that came, or raises the error that came.
      #
      # @api private
      def of(arrival)
        case arrival.kind
        when Kind::ANALYSIS then new(arrival.texts)
        when Kind::FAILED
          error = Error.of(arrival.texts[0], Json.parse(arrival.texts[1] || "[]"))
          error.set_backtrace(nil)
          raise error, cause: error.cause
        else raise "the call was broken off: something panicked in it, which is a defect of axiomo"
        end
      end
    end

    # The Signal's sections, the text as it came, that of how it was obtained, the id and the address.
    def initialize(texts)
      @texts = texts
    end

    # The text as the service sent it.
    def raw
      @raw ||= @texts[1] || ""
    end

    # Names the Signal; opaque. Nil only if the service names none.
    def signal_id
      @texts[3]
    end

    # Where a person can read the Signal; opaque. Nil where there is no such place.
    def signal_url
      @texts[4]
    end

    # The Signal: what this version knows of it, and could read.
    def signal
      @signal ||= Signal.send(:new, Sections.new(@texts[0]))
    end

    # How it was obtained.
    def meta
      @meta ||= ResponseMeta.send(:new, Json.parse(@texts[2] || "{}"))
    end

    # What the service sent: the same as `raw`.
    def to_json(*)
      raw
    end

    # The members of a part that this version does not know, a Hash by name: of `signal`, `signal.risk`,
    # `signal.focus.files[0]`. Those of the envelope for an empty path.
    def extra(path = "")
      Json.parse(AxiomoUniffi.extra_of(raw, path))
    end

    # Whether both hold the same text.
    def ==(other)
      other.instance_of?(self.class) && other.raw == raw
    end
    alias eql? ==

    def hash
      raw.hash
    end

    # Its parts, as patterns match them.
    def deconstruct_keys(_names)
      { signal: signal, meta: meta, signal_id: signal_id, signal_url: signal_url }
    end

    def inspect
      "#<#{self.class} signal_id=#{signal_id.inspect} signal=#{signal.inspect}>"
    end
  end
end
