# frozen_string_literal: true

module Axiomo
  # Cancels calls from outside: they end with a CancelledError, which tells what was tried.
  class CancelHandle
    def initialize
      @native = AxiomoUniffi::NativeCancelHandle.new
    end

    # Cancels every call that was given it, and will be.
    def cancel
      @native.cancel
      nil
    end

    # Whether it did.
    def cancelled?
      @native.is_cancelled
    end

    # @api private
    attr_reader :native

    def inspect
      "#<#{self.class} cancelled=#{cancelled?}>"
    end
  end
end
