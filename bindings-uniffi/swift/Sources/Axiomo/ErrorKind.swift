// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

/// What went wrong, in one word.
public enum ErrorKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// A key, address or option is wrong; nothing was sent.
    case configuration = "configuration"
    /// The request is wrong, by the service's word or before it was sent. HTTP 400, 422, 4xx.
    case invalidRequest = "invalid_request"
    /// The key is missing, wrong or revoked. HTTP 401.
    case authentication = "authentication"
    /// The key may not do this. HTTP 403.
    case permission = "permission"
    /// There is no such thing, or the key may not see it. HTTP 404.
    case notFound = "not_found"
    /// The limit is used up, by the service's word or by our own count. HTTP 429.
    case rateLimited = "rate_limited"
    /// An attempt or the whole call took too long. HTTP 408.
    case timeout = "timeout"
    /// The name could not be resolved, or the connection failed, was cut, or ended early.
    case connection = "connection"
    /// The service failed, or answered with a redirect, which is never followed. HTTP 5xx, 3xx.
    case server = "server"
    /// The answer is a success but not what it should be.
    case decode = "decode"
    /// The caller cancelled.
    case cancelled = "cancelled"
}
