package app.axiomo

import app.axiomo.native.NativeCancelHandle

/** Cancels calls from outside: they end with a [CancelledError], which tells what was tried. */
public class CancelHandle {
    internal val native = Library.loaded { NativeCancelHandle() }

    /** Cancels every call that was given it, and will be. */
    public fun cancel() {
        native.cancel()
    }

    /** Whether it did. */
    public val isCancelled: Boolean get() = native.isCancelled()
}
