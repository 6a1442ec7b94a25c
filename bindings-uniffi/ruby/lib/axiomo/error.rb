# frozen_string_literal: true

module Axiomo
  # What went wrong with a call, the same in every language. `kind` says in one word what to do about it, `message` says it in
  # a sentence, and `cause` what caused it. Nothing in an error holds the key, a token or the path of an address.
  class Error < StandardError
    # What caused an error, where it did not arise in Ruby.
    class Cause < StandardError
    end

    class << self
      private :new

      # The error of the class of its kind, from the form that every language has for it, with a list of what caused it.
      def of(wire, causes)
        Error.with_cause(Error.class_of(Json.parse(wire).fetch("kind")).send(:new, wire), causes)
      end

      # The error for what the native part refused before anything was sent.
      def refused(failure)
        refusal = Json.parse(failure.detail)
        of(JSON.generate(refusal.fetch("error")), refusal.fetch("causes"))
      end

      # Does what may be refused before anything is sent.
      def refusing
        yield
      rescue AxiomoUniffi::Failure::Refused => e
        error = refused(e)
        raise error, cause: error.cause
      end

      protected

      def class_of(kind)
        KINDS.fetch(kind.to_sym)
      end

      # Ruby lets an exception have a cause only when it is raised.
      def with_cause(error, causes)
        first, *others = causes
        raise error, cause: first && with_cause(Cause.new(first), others)
      rescue error.class => e
        e.set_backtrace([])
        e
      end
    end

    def initialize(wire)
      @wire = wire
      @parts = Json.parse(wire)
      super(shown)
    end

    # What went wrong, in one word, a Symbol: `:rate_limited`.
    def kind
      @parts.fetch("kind").to_sym
    end

    # The status of the last answer; nil without one.
    def http_status
      @parts["http_status"]
    end

    # The word for it that the service gave, or one of our own such as `unexpected_redirect`.
    def code
      @parts["code"]
    end

    # The service's name for the request, to be given when asking it for help.
    def request_id
      @parts["request_id"]
    end

    # How long to wait before it makes sense to try again, in seconds from the moment of the error.
    def retry_after
      Json.seconds(@parts["retry_after_ms"])
    end

    # When the quota comes back, by this machine's clock.
    def reset_at
      rate_limit&.reset_at
    end

    # How many calls waited at the rate limit when this one was refused for want of time.
    def queue_depth
      @parts["queue_depth"]
    end

    # Whether the call was refused here and not by the service.
    def local?
      @parts["local"] == true
    end

    # The rate limit as the service last told it to this call.
    def rate_limit
      @parts["rate_limit"] && RateLimit.send(:new, @parts["rate_limit"])
    end

    # Every attempt of the call; empty when nothing was tried.
    def attempts
      @parts.fetch("attempts", []).map { |attempt| Attempt.send(:new, attempt) }
    end

    # Whether any attempt reached the service: `:no`, `:maybe` or `:yes`.
    def sent
      @parts.fetch("sent", "no").to_sym
    end

    # The error in the form that every language has for it.
    def to_h
      @parts.dup
    end

    # The same in JSON.
    def to_json(*)
      @wire
    end

    # Its facts, as patterns match them.
    def deconstruct_keys(_names)
      { kind: kind, http_status: http_status, code: code, request_id: request_id, retry_after: retry_after, sent: sent }
    end

    private

    def shown
      facts = [
        http_status && "HTTP #{http_status}",
        code,
        request_id && "request #{request_id}",
        attempts.size > 1 ? "#{attempts.size} attempts" : nil,
      ].compact
      text = @parts.fetch("message")
      facts.empty? ? text : "#{text} [#{facts.join(", ")}]"
    end
  end
end
