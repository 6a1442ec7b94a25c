# frozen_string_literal: true

module Axiomo
  # This package's version.
  VERSION = "0.1.0"
end
