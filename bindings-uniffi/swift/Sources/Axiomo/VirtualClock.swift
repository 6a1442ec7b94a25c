import AxiomoNative

/// Time that a test moves: a client that is given it waits for ten minutes in no time.
public final class VirtualClock: Sendable {
    let native: NativeClock

    private init(_ native: NativeClock) {
        self.native = native
    }

    /// One that moves by hand.
    public convenience init() {
        self.init(NativeClock.byHand())
    }

    /// One that a reference server moves, at the address of its conductor.
    ///
    /// - Throws: `AxiomoError` of the kind `configuration` when nobody is there.
    public static func conducted(_ address: String) throws -> VirtualClock {
        VirtualClock(try refusing { try NativeClock.conducted(address: address) })
    }

    /// Lets waits end at once, as if their time had passed, or no longer does.
    public func skipWaits(_ skip: Bool = true) {
        native.skipWaits(skip: skip)
    }

    /// Lets time pass.
    ///
    /// - Throws: `AxiomoError` of the kind `configuration` when it is to pass backwards.
    public func advance(_ time: Duration) throws {
        try refusing { try native.advance(milliseconds: time.milliseconds) }
    }

    /// How much time has passed.
    public var elapsed: Duration { .milliseconds(native.elapsed()) }
}

extension Duration {
    var milliseconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) * 1e3 + Double(attoseconds) / 1e15
    }
}
