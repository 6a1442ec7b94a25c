# frozen_string_literal: true

module Axiomo
  # One item of a batch and what came of it: an analysis, an error, or that it repeats another.
  class BatchItem
    # Its place among the items, from 0.
    attr_reader :index
    # What the service made of it; nil where there is an error, or the item repeats another.
    attr_reader :analysis
    # Why there is no analysis.
    attr_reader :error
    # The index of an item before that asked for the same, whose result is this one's as well.
    attr_reader :repeats

    # @api private
    def initialize(index, input, analysis: nil, error: nil, repeats: nil)
      @index = index
      # In a block, so that nothing that goes through instance variables finds a token.
      @input = -> { input }
      @analysis = analysis
      @error = error
      @repeats = repeats
    end

    # The item as it was given.
    def input
      @input.call
    end

    # The analysis. Raises the error where there is one instead, and RuntimeError where the item repeats another.
    def result
      return analysis if analysis
      raise error, cause: error.cause if error

      raise "item #{index} asks for the same as item #{repeats}; take the result of that one"
    end

    # Its parts, as patterns match them.
    def deconstruct_keys(_names)
      { index: index, input: input, analysis: analysis, error: error, repeats: repeats }
    end

    # Without a token that the item may hold.
    def inspect
      item = input.is_a?(Hash) ? input.reject { |name, _| name.to_s == "access_token" } : input
      "#<#{self.class} index=#{index} input=#{item.inspect} analysis=#{analysis.inspect} error=#{error.inspect} " \
        "repeats=#{repeats.inspect}>"
    end
  end

  # Analyses of many pull requests, to be gone through once, by one thread. Leaving the block ends what is under way.
  class Batch
    include Enumerable

    # @api private
    def initialize(native, items)
      @native = native
      source = items.respond_to?(:to_ary) ? items.to_ary.each : items.each_entry
      given = {}
      # In blocks, so that nothing that goes through instance variables finds a token.
      @items = -> { source }
      @number = Told.number
      @given = -> { given }
      @count = 0
      @begun = false
      @failure = nil
    end

    # How far it is.
    def progress
      BatchProgress.send(:new, Json.parse(@native.progress))
    end

    # Gives a BatchItem for each item, as they are done, or in the order of the items when that was asked for.
    def each
      return enum_for(:each) unless block_given?
      raise "a batch is gone through once; expected a new one from analyze_many" if @begun

      @begun = true
      begin
        loop do
          arrival = Caller.call(->(bridge, call) { @native.next(bridge, call, @number) }, method(:feed))
          break if arrival.kind == Kind::ENDED

          yield item(arrival)
        end
      ensure
        close
      end
      raise @failure if @failure

      self
    end

    # Ends what is under way.
    def close
      @native.close
      nil
    end

    def inspect
      "#<#{self.class} #{progress.inspect}>"
    end

    private

    def item(arrival)
      index = arrival.first
      input = @given.call.delete(index)
      return BatchItem.new(index, input, repeats: arrival.second) if arrival.kind == Kind::REPEATED

      begin
        BatchItem.new(index, input, analysis: Analysis.of(arrival))
      rescue Error => e
        BatchItem.new(index, input, error: e)
      end
    end

    def feed
      item = Thread.handle_interrupt(Object => :immediate) { @items.call.next }
      @given.call[@count] = item
      @count += 1
      push(item)
    rescue StopIteration
      @native.end
    rescue StandardError => e
      # It ends the batch, once the results of what was asked for are there.
      @failure = e
      @native.end
    end

    def push(item)
      @native.push(*AnalyzeRequest.from(item).given)
    rescue StandardError
      # Whatever is wrong with an item is its own result, and ends nothing else.
      @native.push_other(item.class.to_s)
    end
  end
end
