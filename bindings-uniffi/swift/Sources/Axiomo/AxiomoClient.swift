import AxiomoNative
import Foundation

/// A client of the Axiomo API, which turns a pull request into a Signal: who wrote it, what it wants, how risky it is and
/// why, where to look first. Connections and the rate limit are shared by all its calls.
///
///     let analysis = try await AxiomoClient().analyze("https://github.com/owner/repo/pull/123")
///     print(analysis.signal.risk.level ?? "unknown")
public final class AxiomoClient: Sendable {
    private let native: NativeClient

    private init(_ native: NativeClient) {
        self.native = native
    }

    /// A client as the options say, and where they are silent as the environment does. Nothing is sent.
    ///
    /// - Throws: `AxiomoError` of the kind `configuration` when a key, an address or an option is wrong.
    public convenience init(_ options: ClientOptions = ClientOptions()) throws {
        let arrivals = Arrivals.shared
        let number = arrivals.number()
        let settings = try text(of: Settings(options))
        self.init(
            try refusing {
                try NativeClient.open(
                    bridge: arrivals.bridge, number: number, settings: settings, limiter: options.rateLimiter?.native,
                    clock: options.clock?.native
                )
            }
        )
        if case .provider(let provider)? = options.apiKey {
            arrivals.know(number, keys: provider)
        }
    }

    /// Analyses a pull request, by the address of its page or by an `AnalyzeRequest`. An analysis usually takes 10 to 30
    /// seconds.
    ///
    /// - Throws: `AxiomoError`; `CancellationError` when the task is cancelled, which drops the request at once.
    public func analyze(_ url: String, options: CallOptions = CallOptions()) async throws -> Analysis {
        try await analyze(AnalyzeRequest(url: url), options: options)
    }

    /// Analyses a pull request.
    ///
    /// - Throws: `AxiomoError`; `CancellationError` when the task is cancelled, which drops the request at once.
    public func analyze(_ request: AnalyzeRequest, options: CallOptions = CallOptions()) async throws -> Analysis {
        let (what, settings) = (try request.native, try options.native)
        return try Analysis(
            await Arrivals.shared.call { [native] bridge, call in
                native.analyze(
                    bridge: bridge, call: call, text: what.text, isAddress: what.isAddress, token: nil,
                    options: settings, cancel: options.cancel?.native
                )
            }
        )
    }

    /// Retrieves a Signal that was made before, by its id.
    ///
    /// - Throws: `AxiomoError`; `CancellationError` when the task is cancelled, which drops the request at once.
    public func scan(_ scanID: String, options: CallOptions = CallOptions()) async throws -> Analysis {
        let settings = try options.native
        return try Analysis(
            await Arrivals.shared.call { [native] bridge, call in
                native.scan(
                    bridge: bridge, call: call, scanId: scanID, options: settings, cancel: options.cancel?.native
                )
            }
        )
    }

    /// Analyses many pull requests: as many at once as use the whole rate limit and do not trip it. Gives a result or an
    /// error for each item, in the order in which they are done.
    ///
    /// - Throws: `AxiomoError` of the kind `configuration` when an option is wrong.
    public func analyzeMany<Items: Sequence & Sendable>(
        _ items: Items, options: BatchOptions = BatchOptions()
    ) throws -> Batch where Items.Element == AnalyzeRequest {
        Batch(try batch(options, left: (items as? any Collection)?.count)) { demands, feed in
            var iterator = items.makeIterator()
            for await _ in demands {
                guard let item = iterator.next() else { return }
                try feed.give(item)
            }
        }
    }

    /// Analyses many pull requests that come in time.
    ///
    /// - Throws: `AxiomoError` of the kind `configuration` when an option is wrong.
    public func analyzeMany<Items: AsyncSequence & Sendable>(
        _ items: Items, options: BatchOptions = BatchOptions()
    ) throws -> Batch where Items.Element == AnalyzeRequest {
        Batch(try batch(options, left: nil)) { demands, feed in
            var iterator = items.makeAsyncIterator()
            for await _ in demands {
                // The source waits for something itself.
                feed.wait()
                guard let item = try await iterator.next() else { return }
                try feed.give(item)
            }
        }
    }

    /// The rate limit as the service last told it; nil before the first answer that tells it.
    public var rateLimit: RateLimit? {
        (try? read(RateLimit?.self, from: native.rateLimit())) ?? nil
    }

    /// What keeps this client's calls under the rate limit.
    public var rateLimiter: RateLimiter { RateLimiter(native.rateLimiter()) }

    /// Where the service is.
    public var baseURL: String { native.baseUrl() }

    /// Whether calls carry a key.
    public var hasKey: Bool { native.hasKey() }

    /// The same client with other options. It shares connections, the rate limit and its end with this one. A `cancel`
    /// among them ends every call of it, beside the one that a call has itself.
    ///
    /// - Throws: `AxiomoError` of the kind `configuration` when an option is wrong, or this client was closed.
    public func withOptions(_ options: CallOptions) throws -> AxiomoClient {
        let settings = try options.native ?? "{}"
        return AxiomoClient(
            try refusing {
                try native.withOptions(
                    number: Arrivals.shared.number(), options: settings, cancel: options.cancel?.native
                )
            }
        )
    }

    /// Ends its calls, with `AxiomoError` of the kind `cancelled`, and those of the clients that were made from it. Calls
    /// that begin later fail with the kind `configuration`.
    public func close() {
        native.close()
    }

    private func batch(_ options: BatchOptions, left: Int?) throws -> NativeBatch {
        let (shape, settings) = (try text(of: Shape(options)), try options.call.native)
        return try refusing {
            try native.analyzeMany(
                shape: shape, options: settings, left: left.flatMap { UInt32(exactly: $0) },
                cancel: options.call.cancel?.native
            )
        }
    }
}

extension AxiomoClient: CustomStringConvertible, CustomReflectable {
    /// What is no secret.
    public var description: String { "AxiomoClient(baseURL: \(baseURL), hasKey: \(hasKey))" }

    public var customMirror: Mirror { Mirror(self, children: ["baseURL": baseURL, "hasKey": hasKey]) }
}
