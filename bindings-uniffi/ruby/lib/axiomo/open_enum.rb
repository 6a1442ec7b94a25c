# frozen_string_literal: true

module Axiomo
  # One of several values, of which the service may add others in time. Equal to its text.
  class OpenEnum
    # The value as the service writes it, a String.
    attr_reader :value
    alias to_s value
    # So that a text and a pattern with one match it as well.
    alias to_str value

    class << self
      # The values that this version knows; on a scale, from least to most.
      attr_reader :known

      # A value by its text.
      def of(value)
        text = value.to_s
        @by_text[text] || new(text)
      end
      alias [] of

      private :new

      private

      def values(*texts)
        @by_text = texts.to_h { |text| [text, new(text)] }.freeze
        @known = @by_text.values.freeze
        @known.each { |known| const_set(known.value.upcase.gsub(/\W/, "_"), known) }
      end
    end

    def initialize(value)
      @value = value.dup.freeze
      freeze
    end

    # Whether this version knows it.
    def known?
      self.class.known.any? { |known| known.eql?(self) }
    end

    # Whether it is the same value of the same enum, or its text.
    def ==(other)
      other.is_a?(String) ? value == other : eql?(other)
    end

    # Whether it is the same value of the same enum.
    def eql?(other)
      other.instance_of?(self.class) && other.value == value
    end

    def hash
      [self.class, value].hash
    end

    # The value as a Symbol.
    def to_sym
      value.to_sym
    end

    def to_json(*options)
      value.to_json(*options)
    end

    def inspect
      "#<#{self.class} #{value}>"
    end
  end

  # An enum whose values have an order: `risk.level >= Axiomo::RiskLevel::HIGH`. A value that this version does not know is
  # above all that it does, so that whoever stops at some value stops at it as well.
  class Scale < OpenEnum
    include Comparable

    # By the scale; with a text as with its value.
    def <=>(other)
      other = self.class.of(other) if other.is_a?(String)
      other.instance_of?(self.class) ? place <=> other.place : nil
    end

    # Unlike what Comparable makes of the order: two values that are not known are not the same.
    def ==(other)
      other.is_a?(String) ? value == other : eql?(other)
    end

    protected

    def place
      self.class.known.index { |known| known.eql?(self) } || self.class.known.size
    end
  end
end
