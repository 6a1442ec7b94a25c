package app.axiomo

import app.axiomo.native.Arrival
import app.axiomo.native.Bridge
import java.util.concurrent.ConcurrentLinkedDeque

/**
 * Makes one blocking call at a time, and waits for what comes of it itself: handing it over from another thread would take
 * as long as all the rest. Callers that nobody needs are kept for those who will.
 */
internal class Caller private constructor() {
    private val bridge = Bridge("kotlin")
    private var calls = 0u

    private fun call(begin: (Bridge, UInt) -> Unit, feed: () -> Unit): Arrival {
        Told.listen(bridge)
        val number = ++calls
        begin(bridge, number)
        var end: Arrival? = null
        try {
            while (end == null) {
                if (Thread.interrupted()) throw InterruptedException("interrupted while a call was under way; it was dropped")
                for (arrival in bridge.wait(LONGEST_WITHOUT_A_LOOK_MS)) {
                    when (arrival.kind) {
                        Kind.FEED -> feed()
                        Kind.EVENTS -> Told.tell(bridge)
                        // Others are of calls that were dropped.
                        else -> if (arrival.number == number) end = arrival
                    }
                }
            }
        } finally {
            if (end == null) bridge.abort(number)
        }
        return end
    }

    companion object {
        /** Nothing tells a thread in native code that it was interrupted, so it has to look. */
        private const val LONGEST_WITHOUT_A_LOOK_MS = 20u

        private val idle = ConcurrentLinkedDeque<Caller>()

        /** Makes a call, which is dropped when the thread is interrupted. A batch is given an item when it asks for one. */
        fun call(begin: (Bridge, UInt) -> Unit, feed: () -> Unit = {}): Arrival {
            val caller = idle.pollFirst() ?: Caller()
            try {
                return caller.call(begin, feed)
            } finally {
                idle.addFirst(caller)
            }
        }
    }
}
