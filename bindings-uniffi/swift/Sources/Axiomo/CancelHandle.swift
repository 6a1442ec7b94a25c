import AxiomoNative

/// Cancels calls from outside of their tasks: they end with `AxiomoError` of the kind `cancelled`, which tells what was
/// tried.
public final class CancelHandle: Sendable {
    let native = NativeCancelHandle()

    /// One that cancels nothing yet.
    public init() {}

    /// Cancels every call that was given it, and will be.
    public func cancel() {
        native.cancel()
    }

    /// Whether it did.
    public var isCancelled: Bool { native.isCancelled() }
}
