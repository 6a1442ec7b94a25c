# frozen_string_literal: true

module Axiomo
  # A process that forks: the client's thread stands still meanwhile, and the child makes what it needs anew.
  module Fork
    @generation = 0

    class << self
      # How many forks this process is away from the first.
      attr_reader :generation

      def in_child
        @generation += 1
        AxiomoUniffi.after_fork_in_child
      end
    end

    # How every way to fork begins, since Ruby 3.1.
    module Hook
      def _fork
        AxiomoUniffi.before_fork
        forked = nil
        begin
          forked = super
        ensure
          forked&.zero? ? Fork.in_child : AxiomoUniffi.after_fork_in_parent
        end
        forked
      end
    end

    Process.singleton_class.prepend(Hook)
  end
  private_constant :Fork

  # Something native, which every process that was forked off makes anew.
  class PerProcess
    def initialize(&make)
      @make = make
      @mutex = Mutex.new
    end

    def value
      @mutex.synchronize do
        unless @generation == Fork.generation
          @value = @make.call
          @generation = Fork.generation
        end
        @value
      end
    end
  end
  private_constant :PerProcess
end
