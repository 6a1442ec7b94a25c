import Foundation

/// How an answer was obtained.
public struct ResponseMeta: Sendable, Hashable, Decodable {
    /// The answer's status; nil where it was not received but read.
    public let status: Int?
    /// The service's name for the request, to be given when asking it for help.
    public let requestID: String?
    /// The rate limit as the answer told it.
    public let rateLimit: RateLimit?
    /// The paths of what could not be read, and is absent from the Signal.
    public let decodeWarnings: [String]
    /// The answer's headers, by their names in lower case.
    public let headers: [String: String]
    /// Every attempt of the call.
    public let attempts: [Attempt]
    /// The time of the whole call.
    public let elapsed: Duration

    private enum CodingKeys: String, CodingKey {
        case status, requestID = "request_id", rateLimit = "rate_limit", decodeWarnings = "decode_warnings"
        case headers, attempts, elapsed = "elapsed_ms"
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        status = try members.decodeIfPresent(Int.self, forKey: .status)
        requestID = try members.decodeIfPresent(String.self, forKey: .requestID)
        rateLimit = try members.decodeIfPresent(RateLimit.self, forKey: .rateLimit)
        decodeWarnings = try members.decodeIfPresent([String].self, forKey: .decodeWarnings) ?? []
        headers = try members.decodeIfPresent([String: String].self, forKey: .headers) ?? [:]
        attempts = try members.decodeIfPresent([Attempt].self, forKey: .attempts) ?? []
        elapsed = .milliseconds(try members.decodeIfPresent(Double.self, forKey: .elapsed) ?? 0)
    }
}

/// The rate limit as the service last told it.
public struct RateLimit: Sendable, Hashable, Decodable {
    /// Requests a window; nil where it was not told.
    public let limit: Int?
    /// Requests left in this window; nil where it was not told.
    public let remaining: Int?
    /// When the quota comes back, by this machine's clock; nil where it was not told.
    public let resetAt: Date?

    private enum CodingKeys: String, CodingKey {
        case limit, remaining, resetAt = "reset_at"
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        limit = try members.decodeIfPresent(Int.self, forKey: .limit)
        remaining = try members.decodeIfPresent(Int.self, forKey: .remaining)
        resetAt = try members.decodeIfPresent(String.self, forKey: .resetAt).flatMap(instant)
    }
}

/// One attempt of a call.
public struct Attempt: Sendable, Hashable, Decodable {
    /// Its number, from 1.
    public let number: Int
    /// When it began, after the call did.
    public let started: Duration
    /// How long it took.
    public let duration: Duration
    /// How long the call waited before it.
    public let waited: Duration
    /// What the longest of these waits was for: `queue`, `pacing`, `penalty`, `retry_after`, `backoff`; nil where there was
    /// none.
    public let waitReason: String?
    /// The answer's status; nil without one.
    public let status: Int?
    /// What went wrong; nil if nothing did.
    public let errorKind: ErrorKind?
    /// The service's name for it; nil where it gave none.
    public let requestID: String?
    /// Whether it reached the service.
    public let sent: Sent

    private enum CodingKeys: String, CodingKey {
        case number = "n", started = "started_ms", duration = "duration_ms", waited = "waited_ms"
        case waitReason = "wait_reason", status, errorKind = "error_kind", requestID = "request_id", sent
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        number = try members.decode(Int.self, forKey: .number)
        started = .milliseconds(try members.decode(Double.self, forKey: .started))
        duration = .milliseconds(try members.decode(Double.self, forKey: .duration))
        waited = .milliseconds(try members.decode(Double.self, forKey: .waited))
        waitReason = try members.decodeIfPresent(String.self, forKey: .waitReason)
        status = try members.decodeIfPresent(Int.self, forKey: .status)
        errorKind = try members.decodeIfPresent(ErrorKind.self, forKey: .errorKind)
        requestID = try members.decodeIfPresent(String.self, forKey: .requestID)
        sent = try members.decode(Sent.self, forKey: .sent)
    }
}

/// Whether a request reached the service.
public enum Sent: String, Sendable, Hashable, Decodable {
    /// It surely did not.
    case no
    /// It may have.
    case maybe
    /// It did: there was an answer.
    case yes
}
