import Foundation

/// A key, or what gives it.
public enum APIKey: Sendable, ExpressibleByStringLiteral, CustomStringConvertible, CustomReflectable {
    /// The key itself.
    case key(String)
    /// Gives the key: before the first call, and again when the service has refused the one before.
    case provider(@Sendable () async throws -> String)

    public init(stringLiteral key: String) {
        self = .key(key)
    }

    /// Never the key.
    public var description: String { "APIKey(redacted)" }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What a client does differently, and with whose rights.
public struct ClientOptions: Sendable {
    /// The key, or what gives it. Default: `AXIOMO_API_KEY`; none without it.
    public var apiKey: APIKey?
    /// Whether to go without a key, whatever the environment says.
    public var anonymous = false
    /// What every call does differently.
    public var call = CallOptions()
    /// What only a client can do differently.
    public var model = ModelOptions()
    /// Keeps the calls of several clients under one rate limit. Default: one for all clients with this key.
    public var rateLimiter: RateLimiter?
    /// Words at the end of `User-Agent`, such as the name of a bot.
    public var userAgentSuffix: String?
    /// The address of a proxy. Default: as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say.
    public var proxy: String?
    /// A certificate in PEM that is trusted besides the system's.
    public var rootCertificate: String?
    /// The certificates and the key, in PEM, by which the client shows who it is.
    public var clientCertificate: ClientCertificate?
    /// Headers of every request.
    public var defaultHeaders: [String: String] = [:]
    /// Whether a key may be sent to an `http` address that is not of this machine.
    public var allowInsecureHTTP = false
    /// Time for tests. Default: the machine's.
    public var clock: VirtualClock?

    /// As the environment says.
    public init(apiKey: APIKey? = nil, baseURL: String? = nil) {
        self.apiKey = apiKey
        model.baseURL = baseURL
    }
}

/// By what a client shows who it is.
public struct ClientCertificate: Sendable, Encodable, CustomStringConvertible, CustomReflectable {
    let chain: String
    let key: String

    /// Certificates and their key, in PEM.
    public init(chain: String, key: String) {
        self.chain = chain
        self.key = key
    }

    /// Never the key.
    public var description: String { "ClientCertificate(redacted)" }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// How a batch is to be done.
public struct BatchOptions: Sendable {
    /// Whether results come in the order of the items. Default: as they are done.
    public var ordered = false
    /// How many items may be under way at once. Default: by the rate limit and how long an analysis takes.
    public var concurrency: Int?
    /// How long the whole batch may take; what is not done by then fails with `timeout`. Default: no limit.
    public var deadline: Duration?
    /// What each call does differently.
    public var call = CallOptions()

    /// As the rate limit allows.
    public init(ordered: Bool = false, concurrency: Int? = nil, deadline: Duration? = nil) {
        self.ordered = ordered
        self.concurrency = concurrency
        self.deadline = deadline
    }
}

/// Settings as the client reads them.
struct Settings: Encodable {
    let options: CallSettings
    let apiKey: String?
    let asksForKey: Bool
    let anonymous: Bool
    let baseUrl: String?
    let connectTimeoutMs: Double?
    let pacing: String?
    let userAgentSuffix: String?
    let proxy: String?
    let rootCertificate: String?
    let clientCertificate: ClientCertificate?
    let defaultHeaders: [String: String]
    let allowInsecureHttp: Bool
    let runtime: String

    init(_ given: ClientOptions) {
        options = CallSettings(given.call)
        switch given.apiKey {
        case .key(let key)?: (apiKey, asksForKey) = (key, false)
        case .provider?: (apiKey, asksForKey) = (nil, true)
        case nil: (apiKey, asksForKey) = (nil, false)
        }
        anonymous = given.anonymous
        baseUrl = given.model.baseURL
        connectTimeoutMs = given.model.connectTimeout?.milliseconds
        pacing = given.model.pacing?.rawValue
        userAgentSuffix = given.userAgentSuffix
        proxy = given.proxy
        rootCertificate = given.rootCertificate
        clientCertificate = given.clientCertificate
        defaultHeaders = given.defaultHeaders
        allowInsecureHttp = given.allowInsecureHTTP
        runtime = "Swift"
    }
}

/// How a batch is to be done, as the client reads it.
struct Shape: Encodable {
    let ordered: Bool
    let concurrency: Int?
    let deadlineMs: Double?

    init(_ given: BatchOptions) {
        ordered = given.ordered
        concurrency = given.concurrency
        deadlineMs = given.deadline?.milliseconds
    }
}

extension CallOptions {
    /// In JSON.
    var native: String? {
        get throws { try text(of: CallSettings(self)) }
    }
}
