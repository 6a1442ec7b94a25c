import AxiomoNative
import Foundation

/// What went wrong with a call, the same in every language. `kind` says in one word what to do about it, `message` says it
/// in a sentence. Nothing in an error holds the key, a token or the path of an address.
///
/// A task that is cancelled ends with `CancellationError` instead.
public struct AxiomoError: Error, Sendable {
    /// What went wrong, in one word.
    public let kind: ErrorKind
    /// What happened, what was expected, and what to do next.
    public let message: String
    /// The status of the last answer; nil without one.
    public let httpStatus: Int?
    /// The word for it that the service gave, or one of our own such as `unexpected_redirect`.
    public let code: String?
    /// The service's name for the request, to be given when asking it for help.
    public let requestID: String?
    /// How long to wait before it makes sense to try again, from the moment of the error.
    public let retryAfter: Duration?
    /// How many calls waited at the rate limit when this one was refused for want of time.
    public let queueDepth: Int?
    /// Whether the call was refused here and not by the service.
    public let isLocal: Bool
    /// The rate limit as the service last told it to this call.
    public let rateLimit: RateLimit?
    /// Every attempt of the call; empty when nothing was tried.
    public let attempts: [Attempt]
    /// Whether any attempt reached the service.
    public let sent: Sent
    /// What caused it, the nearest first.
    public let causes: [String]
    /// The error in the form that every language has for it, in JSON.
    public let json: String

    /// When the quota comes back, by this machine's clock.
    public var resetAt: Date? { rateLimit?.resetAt }

    init(wire text: String, causes: String) throws {
        try self.init(try read(Wire.self, from: text), json: text, causes: try read([String].self, from: causes))
    }

    fileprivate init(_ wire: Wire, json: String, causes: [String]) throws {
        kind = wire.kind
        message = wire.message
        httpStatus = wire.http_status
        code = wire.code
        requestID = wire.request_id
        retryAfter = wire.retry_after_ms.map { .milliseconds($0) }
        queueDepth = wire.queue_depth
        isLocal = wire.local
        rateLimit = wire.rate_limit
        attempts = wire.attempts
        sent = wire.sent
        self.causes = causes
        self.json = json
    }
}

extension AxiomoError: CustomStringConvertible, LocalizedError {
    public var description: String {
        var facts: [String] = []
        if let httpStatus { facts.append("HTTP \(httpStatus)") }
        if let code { facts.append(code) }
        if let requestID { facts.append("request \(requestID)") }
        if attempts.count > 1 { facts.append("\(attempts.count) attempts") }
        return facts.isEmpty ? message : "\(message) [\(facts.joined(separator: ", "))]"
    }

    public var errorDescription: String? { description }
}

/// An error as the client writes it.
private struct Wire: Decodable {
    let kind: ErrorKind
    let message: String
    let http_status: Int?
    let code: String?
    let request_id: String?
    let retry_after_ms: Double?
    let queue_depth: Int?
    let local: Bool
    let rate_limit: RateLimit?
    let attempts: [Attempt]
    let sent: Sent
}

/// What is wrong with what was given, as the client writes it.
private struct Refusal: Decodable {
    let error: JSON
    let causes: [String]
}

/// Does what may be refused before anything is sent.
func refusing<Value>(_ make: () throws -> Value) throws -> Value {
    do {
        return try make()
    } catch Failure.Refused(let detail) {
        let refusal = try read(Refusal.self, from: detail)
        throw try AxiomoError(wire: try text(of: refusal.error), causes: try text(of: refusal.causes))
    }
}
