package app.axiomo.testing

import app.axiomo.ConfigurationError
import app.axiomo.Library
import app.axiomo.milliseconds
import app.axiomo.native.NativeClock
import app.axiomo.ofMilliseconds
import app.axiomo.readJson
import app.axiomo.refusing
import app.axiomo.Milliseconds
import java.time.Duration
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/** Time that passes only when a test says so. */
public class VirtualClock private constructor(internal val native: NativeClock) {
    /** One that moves by hand. */
    public constructor() : this(Library.loaded { NativeClock.byHand() })

    /** Whether waits end at once, as if their time had passed. */
    @JvmOverloads
    public fun skipWaits(skip: Boolean = true) {
        native.skipWaits(skip)
    }

    /**
     * Lets time pass.
     *
     * @throws ConfigurationError when the time is negative.
     */
    public fun advance(time: Duration) {
        refusing { native.advance(time.milliseconds) }
    }

    /** How much time has passed. */
    public val elapsed: Duration get() = ofMilliseconds(native.elapsed())

    /** Every wait that was begun. */
    public fun waits(): List<Wait> = readJson(native.waits())

    public companion object {
        /**
         * One that a reference server moves, at the address of its conductor.
         *
         * @throws ConfigurationError when there is no conductor.
         */
        @JvmStatic
        public fun conducted(address: String): VirtualClock =
            VirtualClock(Library.loaded { refusing { NativeClock.conducted(address) } })
    }
}

/** A wait of a client's. */
@Serializable
@ConsistentCopyVisibility
public data class Wait internal constructor(
    /** How long it was to be. */
    @SerialName("lengthMs") public val length: Milliseconds,
    /** What it was for: `queue`, `pacing`, `penalty`, `retry_after` or `backoff`. */
    public val reason: String,
)

/** From now on, a client that takes its time from the machine fails: for tests that show that none does. */
public fun forbidRealTime() {
    Library.loaded { app.axiomo.native.forbidRealTime() }
}
