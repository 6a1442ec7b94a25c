# frozen_string_literal: true

module Axiomo
  # As `core/src/background/bridge/arrival.rs` numbers them.
  module Kind
    ANALYSIS = 0
    FAILED = 1
    REPEATED = 3
    ENDED = 4
    FEED = 5
    KEY = 6
    EVENTS = 7
  end
  private_constant :Kind

  # What came over a bridge: what it is, the number of the call or of whoever is asked, two numbers, and texts.
  Arrival = Struct.new(:kind, :number, :first, :second, :texts) do
    # What came since it was last taken.
    def self.take(bridge)
      packed = bridge.take_packed
      arrivals = []
      offset = 0
      while offset < packed.bytesize
        *numbers, one, two, three, four, five = packed.unpack(Texts::HEAD, offset: offset).map!(&:hex)
        texts = Texts.new(packed, offset + Texts::SIZE, [one, two, three, four, five])
        offset = texts.end
        arrivals << new(*numbers, texts)
      end
      arrivals
    end
  end
  private_constant :Arrival

  # Five texts of an arrival, in the piece in which they came: nobody reads them all.
  Texts = Struct.new(:packed, :offset, :lengths) do
    # A text by its place; nil where there is none.
    def [](index)
      length = lengths[index]
      length == Texts::NONE ? nil : packed.byteslice(offset + before(index), length)
    end

    def end
      offset + before(lengths.size)
    end

    private

    def before(index)
      lengths.first(index).sum { |length| length == Texts::NONE ? 0 : length }
    end
  end
  # Nine numbers of eight hexadecimal digits.
  Texts::HEAD = "a8" * 9
  Texts::SIZE = 72
  # The length of a text that is not there.
  Texts::NONE = 0xffff_ffff
  private_constant :Texts
end
