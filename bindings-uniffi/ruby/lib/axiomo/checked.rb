# frozen_string_literal: true

module Axiomo
  # What callers give, checked before anything is sent. What is wrong is told by its class and never shown: it may be a secret.
  module Checked
    module_function

    # What is of one of these classes.
    def one_of(name, value, expected, *classes)
      return value if classes.any? { |type| value.is_a?(type) }

      raise TypeError, "#{name} is #{value.class}; expected #{expected}"
    end

    # A String; nil stays nil.
    def text(name, value)
      one_of(name, value, "a String", String, NilClass)
    end

    # The text of a Symbol or a String; nil stays nil.
    def word(name, value)
      one_of(name, value, "a Symbol or a String", Symbol, String, NilClass)&.to_s
    end

    # True or false.
    def flag(name, value)
      one_of(name, value, "true or false", TrueClass, FalseClass)
    end

    # A number as JSON has it; nil stays nil.
    def number(name, value)
      one_of(name, value, "a number", Integer, Float, NilClass)
    end

    # Texts by the names of headers.
    def headers(name, value)
      one_of(name, value, "a Hash", Hash).to_h do |header, text|
        one_of("a name in #{name}", header, "a String or a Symbol", String, Symbol)
        [header.to_s, one_of("a value in #{name}", text, "a String", String)]
      end
    end

    # A chain of certificates and its key; nil stays nil.
    def certificate(name, value)
      return if value.nil?

      members = one_of(name, value, "a Hash of chain and key", Hash).transform_keys(&:to_s)
      unless members.keys.sort == %w[chain key]
        raise ArgumentError, "#{name} has other members than it may; expected a Hash of chain and key"
      end

      members.each { |member, text| one_of("#{member} of #{name}", text, "a String", String) }
    end
  end
  private_constant :Checked
end
