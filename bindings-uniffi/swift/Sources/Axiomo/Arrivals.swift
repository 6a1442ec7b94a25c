import AxiomoNative
import Foundation

/// Where results arrive: one thread takes them, many at a time, and lets those who wait for them go on.
final class Arrivals: @unchecked Sendable {
    static let shared = Arrivals()

    let bridge = Bridge(language: "swift")
    private let lock = NSLock()
    // What the lock protects.
    private var calls: UInt32 = 0
    private var others: UInt32 = 0
    private var waiting: [UInt32: CheckedContinuation<Arrival, any Error>] = [:]
    /// Calls that were cancelled before they began.
    private var cancelled: Set<UInt32> = []
    private var demands: [UInt32: AsyncStream<Void>.Continuation] = [:]
    private var providers: [UInt32: @Sendable () async throws -> String] = [:]

    private init() {
        let thread = Thread { [self] in
            while true {
                // Long, since whatever comes ends it.
                bridge.wait(longestMs: 3_600_000).forEach(deliver)
            }
        }
        thread.name = "axiomo"
        thread.start()
    }

    /// A number for a client or a batch.
    func number() -> UInt32 {
        lock.withLock {
            others += 1
            return others
        }
    }

    /// Knows who gives a client's key.
    func know(_ client: UInt32, keys: (@Sendable () async throws -> String)?) {
        lock.withLock { providers[client] = keys }
    }

    /// Every time that a batch asks for an item, until it is forgotten.
    func demands(of batch: UInt32) -> AsyncStream<Void> {
        AsyncStream { continuation in
            lock.withLock { demands[batch] = continuation }
        }
    }

    func forget(batch: UInt32) {
        lock.withLock { demands.removeValue(forKey: batch) }?.finish()
    }

    /// Makes a call. When its task is cancelled the request is dropped, and the call ends with `CancellationError`.
    func call(_ begin: @Sendable (Bridge, UInt32) -> Void) async throws -> Arrival {
        let number = lock.withLock {
            calls &+= 1
            return calls
        }
        defer { _ = lock.withLock { cancelled.remove(number) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = lock.withLock {
                    if !cancelled.contains(number) { waiting[number] = continuation }
                    return cancelled.contains(number)
                }
                if isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    begin(bridge, number)
                }
            }
        } onCancel: {
            let continuation = lock.withLock {
                cancelled.insert(number)
                return waiting.removeValue(forKey: number)
            }
            bridge.abort(number: number)
            continuation?.resume(throwing: CancellationError())
        }
    }

    private func deliver(_ arrival: Arrival) {
        switch arrival.kind {
        case Kind.feed:
            _ = lock.withLock { demands[arrival.number] }?.yield()
        case Kind.key:
            giveKey(client: arrival.number, question: arrival.first)
        case Kind.events:
            break
        default:
            lock.withLock { waiting.removeValue(forKey: arrival.number) }?.resume(returning: arrival)
        }
    }

    private func giveKey(client: UInt32, question: UInt32) {
        let provider = lock.withLock { providers[client] }
        Task { [bridge] in
            do {
                bridge.giveKey(question: question, key: try await provider?(), problem: "nobody gives the key")
            } catch {
                // Its text may hold the key.
                let problem = "what gives the key threw \(type(of: error))"
                bridge.giveKey(question: question, key: nil, problem: problem)
            }
        }
    }
}

/// As `core/src/background/bridge/arrival.rs` numbers them.
enum Kind {
    static let analysis: UInt8 = 0
    static let failed: UInt8 = 1
    static let broken: UInt8 = 2
    static let repeated: UInt8 = 3
    static let ended: UInt8 = 4
    static let feed: UInt8 = 5
    static let key: UInt8 = 6
    static let events: UInt8 = 7
}
