# frozen_string_literal: true

# The client of the Axiomo API, which turns a pull request into a Signal: who wrote it, what it wants, how risky it is and
# why, where to look first.
#
#   analysis = Axiomo::Client.new.analyze("https://github.com/owner/repo/pull/123")
#   puts analysis.signal.risk.level
module Axiomo
end

require_relative "axiomo/version"
require_relative "axiomo/library"
require_relative "axiomo/json"
require_relative "axiomo/checked"
require_relative "axiomo/open_enum"
require_relative "axiomo/model"
require_relative "axiomo/sections"
require_relative "axiomo/signal"
require_relative "axiomo/response_meta"
require_relative "axiomo/error"
require_relative "axiomo/errors"
require_relative "axiomo/options"
require_relative "axiomo/fork"
require_relative "axiomo/arrival"
require_relative "axiomo/told"
require_relative "axiomo/caller"
require_relative "axiomo/cancel_handle"
require_relative "axiomo/rate_limiter"
require_relative "axiomo/analyze_request"
require_relative "axiomo/analysis"
require_relative "axiomo/batch"
require_relative "axiomo/client"
require_relative "axiomo/webhook"
