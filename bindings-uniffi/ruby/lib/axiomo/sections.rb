# frozen_string_literal: true

module Axiomo
  # The members of a Signal, by the service's names. Each is read from its text when it is asked for, since most who ask for
  # a Signal look at few of its sections.
  class Sections
    # A line, which has each member's length in bytes by its name, and their texts.
    def initialize(packed)
      head = packed.index("\n")
      @packed = packed
      @lengths = JSON.parse(packed.byteslice(0, head))
      @start = head + 1
    end

    # A member; nil where there is none.
    def [](name)
      offset = @start
      @lengths.each do |member, length|
        return JSON.parse(@packed.byteslice(offset, length)) if member == name

        offset += length
      end
      nil
    end

    # All of them.
    def to_h
      offset = @start
      @lengths.to_h do |member, length|
        text = @packed.byteslice(offset, length)
        offset += length
        [member, JSON.parse(text)]
      end
    end

    def to_json(*options)
      to_h.to_json(*options)
    end

    def ==(other)
      other.to_h == to_h
    end

    def hash
      to_h.hash
    end
  end
  private_constant :Sections
end
