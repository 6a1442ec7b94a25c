import AxiomoNative
import Foundation

/// One item of a batch and what came of it.
public struct BatchItem: Sendable {
    /// Its place among the items, from 0.
    public let index: Int
    /// The item as it was given.
    public let request: AnalyzeRequest
    /// What came of it.
    public let outcome: Outcome

    /// What came of an item.
    public enum Outcome: Sendable {
        /// What the service made of it.
        case analyzed(Analysis)
        /// Why there is no analysis.
        case failed(AxiomoError)
        /// An item before, by its index, asked for the same: its result is this one's as well.
        case repeated(first: Int)
    }
}

/// How far a batch is.
public struct BatchProgress: Sendable, Hashable, Decodable {
    /// Items whose result was taken, failed ones included.
    public let done: Int
    /// Those of them that failed.
    public let failed: Int
    /// Items whose result was not taken yet; where the source does not say how many are left, at least so many.
    public let waiting: Int
    /// How long the rest takes about, by the quota and the mean time of an analysis; nil where that is not known.
    public let eta: Duration?

    private enum CodingKeys: String, CodingKey {
        case done, failed, waiting, eta = "etaMs"
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        done = try members.decode(Int.self, forKey: .done)
        failed = try members.decode(Int.self, forKey: .failed)
        waiting = try members.decode(Int.self, forKey: .waiting)
        eta = try members.decodeIfPresent(Double.self, forKey: .eta).map { .milliseconds($0) }
    }
}

/// Analyses of many pull requests, to be gone through once. It ends what is under way when nobody has it any more, and
/// when the task that goes through it is cancelled.
public final class Batch: AsyncSequence, AsyncIteratorProtocol, Sendable {
    public typealias Element = BatchItem

    private let native: NativeBatch
    private let number: UInt32
    private let feed: Feed
    private let feeding: Task<Void, Never>

    init(
        _ native: NativeBatch,
        give: @escaping @Sendable (AsyncStream<Void>, Feed) async throws -> Void
    ) {
        let number = Arrivals.shared.number()
        let (feed, demands) = (Feed(native), Arrivals.shared.demands(of: number))
        self.native = native
        self.number = number
        self.feed = feed
        feeding = Task {
            do {
                try await give(demands, feed)
            } catch {
                feed.fail(error)
            }
            native.end()
        }
    }

    deinit {
        end()
    }

    /// How far it is.
    public var progress: BatchProgress {
        get throws { try read(BatchProgress.self, from: native.progress()) }
    }

    public func makeAsyncIterator() -> Batch { self }

    /// The next result.
    ///
    /// - Throws: what the source of the items threw; `CancellationError` when the task is cancelled.
    public func next() async throws -> BatchItem? {
        let arrival: Arrival
        do {
            arrival = try await Arrivals.shared.call { [native, number] bridge, call in
                native.next(bridge: bridge, call: call, batch: number)
            }
        } catch {
            end()
            throw error
        }
        let index = Int(arrival.first)
        switch arrival.kind {
        case Kind.ended:
            end()
            if let failure = feed.takeFailure() { throw failure }
            return nil
        case Kind.repeated:
            return BatchItem(index: index, request: feed.take(index), outcome: .repeated(first: Int(arrival.second)))
        default:
            let request = feed.take(index)
            do {
                return BatchItem(index: index, request: request, outcome: .analyzed(try Analysis(arrival)))
            } catch let error as AxiomoError {
                return BatchItem(index: index, request: request, outcome: .failed(error))
            }
        }
    }

    private func end() {
        feeding.cancel()
        native.close()
        Arrivals.shared.forget(batch: number)
    }
}

/// Where the items of a batch go.
final class Feed: @unchecked Sendable {
    private let native: NativeBatch
    private let lock = NSLock()
    // What the lock protects: items whose result was not taken yet, and what the source threw.
    private var requests: [Int: AnalyzeRequest] = [:]
    private var given = 0
    private var failure: (any Error)?

    init(_ native: NativeBatch) {
        self.native = native
    }

    func give(_ request: AnalyzeRequest) throws {
        let (text, isAddress) = try request.native
        lock.withLock {
            requests[given] = request
            given += 1
        }
        native.push(text: text, isAddress: isAddress)
    }

    func wait() {
        native.awaitSource()
    }

    func fail(_ problem: any Error) {
        lock.withLock { failure = problem }
    }

    func takeFailure() -> (any Error)? {
        lock.withLock {
            defer { failure = nil }
            return failure
        }
    }

    func take(_ index: Int) -> AnalyzeRequest {
        lock.withLock { requests.removeValue(forKey: index) } ?? AnalyzeRequest(url: "")
    }
}
