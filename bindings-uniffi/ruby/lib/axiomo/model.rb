# frozen_string_literal: true

module Axiomo
  # A part of what the service or the client tells. Nothing in it can be changed; equal parts are equal, and patterns match
  # their members: `case analysis.signal.risk in {level: "high", score: 0.7..}`.
  class Model
    class << self
      # The names of what it has, as Symbols.
      def members
        @members ||= []
      end

      private

      # Declares what it has under a name: what reads the JSON that is there, and what there is without.
      def member(name, key: name.to_s, empty: nil, &read)
        members << name
        define_method(name) do
          @read.fetch(name) do
            json = @json[key]
            json = read.call(json) if !json.nil? && read
            value = json.nil? ? empty : json
            value = value.call if value.respond_to?(:call)
            @read[name] = value
          end
        end
      end

      # A part of another class, which is there, and empty, even where it was left out.
      def part(name, type)
        member(name, empty: -> { type.send(:new, {}) }) { |json| type.send(:new, json) }
      end

      # A part of another class, or nil.
      def optional(name, type)
        member(name) { |json| type.send(:new, json) }
      end

      # A frozen Array of parts of another class.
      def list(name, type)
        member(name, empty: [].freeze) { |json| json.map { |item| type.send(:new, item) }.freeze }
      end

      # A value of an enum, or nil.
      def enum(name, type)
        member(name) { |json| type.of(json) }
      end

      # A Time, or nil.
      def time(name, key: name.to_s)
        member(name, key: key) { |json| Json.time(json) }
      end

      # Seconds, where the client tells milliseconds, or nil.
      def seconds(name, key)
        member(name, key: key) { |json| Json.seconds(json) }
      end
    end

    private_class_method :new

    def initialize(json)
      @json = json
      @read = {}
    end

    # The members that are there, by the service's names, as JSON has them.
    def to_h
      @json.to_h.dup
    end

    def to_json(*options)
      @json.to_json(*options)
    end

    def ==(other)
      other.instance_of?(self.class) && other.json == @json
    end
    alias eql? ==

    def hash
      [self.class, @json].hash
    end

    # For patterns.
    def deconstruct_keys(names)
      known = self.class.members
      (names ? known & names : known).to_h { |name| [name, public_send(name)] }
    end

    def inspect
      shown = self.class.members.filter_map do |name|
        value = public_send(name)
        value = "[#{value.size}]" if value.is_a?(Array) && value.first.is_a?(Model)
        value = value.inspect unless value.is_a?(String) && value.start_with?("[")
        "#{name}=#{value}" unless value == "nil"
      end
      "#<#{self.class}#{shown.map { |text| " #{text}" }.join}>"
    end
    alias to_s inspect

    protected

    attr_reader :json
  end
end
