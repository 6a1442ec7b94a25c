# frozen_string_literal: true

# Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

module Axiomo
  # A key, address or option is wrong; nothing was sent.
  class ConfigurationError < Error
  end

  # The request is wrong, by the service's word or before it was sent. HTTP 400, 422, 4xx.
  class InvalidRequestError < Error
  end

  # The key is missing, wrong or revoked. HTTP 401.
  class AuthenticationError < Error
  end

  # The key may not do this. HTTP 403.
  class PermissionDeniedError < Error
  end

  # There is no such thing, or the key may not see it. HTTP 404.
  class NotFoundError < Error
  end

  # The limit is used up, by the service's word or by our own count. HTTP 429.
  class RateLimitError < Error
  end

  # An attempt or the whole call took too long. HTTP 408.
  class TimeoutError < Error
  end

  # The name could not be resolved, or the connection failed, was cut, or ended early.
  class ConnectionError < Error
  end

  # The service failed, or answered with a redirect, which is never followed. HTTP 5xx, 3xx.
  class ServerError < Error
  end

  # The answer is a success but not what it should be.
  class DecodeError < Error
  end

  # The caller cancelled.
  class CancelledError < Error
  end

  class Error
    # The class of each kind.
    KINDS = {
      configuration: ConfigurationError,
      invalid_request: InvalidRequestError,
      authentication: AuthenticationError,
      permission: PermissionDeniedError,
      not_found: NotFoundError,
      rate_limited: RateLimitError,
      timeout: TimeoutError,
      connection: ConnectionError,
      server: ServerError,
      decode: DecodeError,
      cancelled: CancelledError,
    }.freeze
  end
end
