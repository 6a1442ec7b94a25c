// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

/// What one call, or one client, does differently.
public struct CallOptions: Sendable {
    /// The whole time of one call, waits and retries included. Default: 300 seconds, or `AXIOMO_TIMEOUT`, in seconds.
    public var timeout: Duration?
    /// The time of one attempt: to connect, if there is no connection yet, to send, and to read the last byte of the answer. Default: 90 seconds, or `AXIOMO_ATTEMPT_TIMEOUT`, in seconds.
    public var attemptTimeout: Duration?
    /// The longest single wait; one that would be longer is an error at once. Default: 180 seconds, or `AXIOMO_MAX_WAIT`, in seconds.
    public var maxWait: Duration?
    /// How many attempts may follow the first. Default: 3, or `AXIOMO_MAX_RETRIES`.
    public var maxRetries: Int?
    /// Whether an analysis whose answer was lost is asked for once more. Default: true.
    public var retryAmbiguous: Bool?
    /// Cancels the call, or every call of the client that is made with it, from outside of its task.
    public var cancel: CancelHandle?

    /// As the client does.
    public init(
        timeout: Duration? = nil,
        attemptTimeout: Duration? = nil,
        maxWait: Duration? = nil,
        maxRetries: Int? = nil,
        retryAmbiguous: Bool? = nil,
        cancel: CancelHandle? = nil
    ) {
        self.timeout = timeout
        self.attemptTimeout = attemptTimeout
        self.maxWait = maxWait
        self.maxRetries = maxRetries
        self.retryAmbiguous = retryAmbiguous
        self.cancel = cancel
    }
}

/// What only a client can do differently.
public struct ModelOptions: Sendable {
    /// Where the service is; the paths of the API are appended to it. Default: `https://axiomo.app/api`, or `AXIOMO_BASE_URL`.
    public var baseURL: String?
    /// The time to connect, TLS included. Default: 5 seconds.
    public var connectTimeout: Duration?
    /// How requests are spread out, for everybody who shares the client's rate limiter. Default: `eager`.
    public var pacing: Pacing?

    /// As the environment says.
    public init() {}
}

/// How requests are spread out, for everybody who shares the client's rate limiter.
public enum Pacing: String, Sendable, CaseIterable {
    /// As soon as there are units, at least 20 ms apart (less where the limit is above 1,500 a minute).
    case eager
    /// Evenly over the window.
    case smooth
    /// As they come; only what the service refuses is obeyed.
    case off
}

/// The options of a call as the client reads them.
struct CallSettings: Encodable {
    let timeoutMs: Double?
    let attemptTimeoutMs: Double?
    let maxWaitMs: Double?
    let maxRetries: Int?
    let retryAmbiguous: Bool?

    init(_ given: CallOptions) {
        timeoutMs = given.timeout?.milliseconds
        attemptTimeoutMs = given.attemptTimeout?.milliseconds
        maxWaitMs = given.maxWait?.milliseconds
        maxRetries = given.maxRetries
        retryAmbiguous = given.retryAmbiguous
    }
}
