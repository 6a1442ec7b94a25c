# frozen_string_literal: true

require "axiomo"

module Axiomo
  # A mock server, and time that passes when a test says so. Loaded by `require "axiomo/testing"`.
  module Testing
    # From now on, a client that takes its time from the machine fails: for tests that show that none does.
    def self.forbid_real_time
      AxiomoUniffi.forbid_real_time
    end
  end
end

require_relative "testing/virtual_clock"
require_relative "testing/controls"
require_relative "testing/program"
require_relative "testing/mock_server"
