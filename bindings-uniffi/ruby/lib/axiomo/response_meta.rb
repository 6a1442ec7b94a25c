# frozen_string_literal: true

module Axiomo
  # The rate limit as the service last told it.
  class RateLimit < Model
    # Requests a window, an Integer; nil where it was not told.
    member :limit
    # Requests left in this window, an Integer; nil where it was not told.
    member :remaining
    # When the quota comes back, a Time by this machine's clock; nil where it was not told.
    time :reset_at
  end

  # One attempt of a call.
  class Attempt < Model
    # Its number, from 1.
    member :number, key: "n"
    # When it began, in seconds after the call did.
    seconds :started, "started_ms"
    # How long it took, in seconds.
    seconds :duration, "duration_ms"
    # How long the call waited before it, in seconds.
    seconds :waited, "waited_ms"
    # What the longest of these waits was for: `queue`, `pacing`, `penalty`, `retry_after`, `backoff`; nil without one.
    member :wait_reason
    # The answer's status; nil without one.
    member :status
    # What went wrong, a Symbol; nil if nothing did.
    member(:error_kind, &:to_sym)
    # The service's name for it; nil where it gave none.
    member :request_id
    # Whether it reached the service: `:no`, `:maybe` or `:yes`.
    member(:sent, &:to_sym)
  end

  # How an answer was obtained.
  class ResponseMeta < Model
    # The answer's status; nil where it was not received but read.
    member :status
    # The service's name for the request, to be given when asking it for help.
    member :request_id
    # The rate limit as the answer told it; nil where it did not.
    optional :rate_limit, RateLimit
    # The paths of what could not be read, and is absent from the Signal.
    member :decode_warnings, empty: [].freeze
    # The answer's headers, by their names in lower case.
    member :headers, empty: {}.freeze
    # Every attempt of the call.
    list :attempts, Attempt
    # The time of the whole call, in seconds.
    seconds :elapsed, "elapsed_ms"
  end

  # What a rate limiter knows.
  class RateLimiterSnapshot < Model
    # Requests a window.
    member :limit
    # Those of this limiter that count now.
    member :own
    # Those of others that count now, as far as the service told.
    member :others
    # Calls that wait.
    member :waiting
    # How long nothing leaves, in seconds, since the service refused a request; nil when it did not.
    seconds :paused_for, "pausedForMs"
    # The rate limit as the service last told it; nil before.
    optional :told, RateLimit
  end

  # How far a batch is.
  class BatchProgress < Model
    # Items whose result was taken, failed ones included.
    member :done
    # Those of them that failed.
    member :failed
    # Items whose result was not taken yet; where the source does not say how many are left, at least so many.
    member :waiting
    # How long the rest takes about, in seconds, by the quota and the mean time of an analysis; nil where that is not known.
    seconds :eta, "etaMs"
  end
end
