import AxiomoNative

/// Keeps calls under the rate limit of one user of the service.
public final class RateLimiter: Sendable {
    let native: NativeRateLimiter

    init(_ native: NativeRateLimiter) {
        self.native = native
    }

    /// One of this process's own.
    ///
    /// - Parameters:
    ///   - limit: requests a minute.
    ///   - pacing: how requests are spread out. Default: `eager`.
    /// - Throws: `AxiomoError` of the kind `configuration` when the limit is no number of requests.
    public convenience init(limit: Int = 60, pacing: Pacing? = nil) throws {
        self.init(try refusing { try NativeRateLimiter.limited(limit: Double(limit), pacing: pacing?.rawValue) })
    }

    /// The one of this name, the same for the whole process.
    public static func shared(_ name: String, pacing: Pacing? = nil) throws -> RateLimiter {
        RateLimiter(try refusing { try NativeRateLimiter.shared(name: name, pacing: pacing?.rawValue) })
    }

    /// One whose quota is kept in Redis, for several processes. Connects when it is first needed.
    ///
    /// - Throws: `AxiomoError` of the kind `configuration` when the address is none.
    public static func redis(_ url: String, pacing: Pacing? = nil) throws -> RateLimiter {
        RateLimiter(try refusing { try NativeRateLimiter.redis(url: url, pacing: pacing?.rawValue) })
    }

    /// What it knows now.
    public var snapshot: RateLimiterSnapshot {
        get throws { try read(RateLimiterSnapshot.self, from: native.snapshot()) }
    }
}

/// What a rate limiter knows.
public struct RateLimiterSnapshot: Sendable, Hashable, Decodable {
    /// Requests a window.
    public let limit: Int
    /// Those of this limiter that count now.
    public let own: Int
    /// Those of others that count now, as far as the service told.
    public let others: Int
    /// Calls that wait.
    public let waiting: Int
    /// How long nothing leaves, since the service refused a request; nil when it did not.
    public let pausedFor: Duration?
    /// The rate limit as the service last told it; nil before.
    public let told: RateLimit?

    private enum CodingKeys: String, CodingKey {
        case limit, own, others, waiting, pausedFor = "pausedForMs", told
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        limit = try members.decode(Int.self, forKey: .limit)
        own = try members.decode(Int.self, forKey: .own)
        others = try members.decode(Int.self, forKey: .others)
        waiting = try members.decode(Int.self, forKey: .waiting)
        pausedFor = try members.decodeIfPresent(Double.self, forKey: .pausedFor).map { .milliseconds($0) }
        told = try members.decodeIfPresent(RateLimit.self, forKey: .told)
    }
}
