// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

package app.axiomo

import java.time.Duration
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** What one call, or one client, does differently. */
public abstract class SharedOptions internal constructor() {
    /** The whole time of one call, waits and retries included. Default: 300 seconds, or `AXIOMO_TIMEOUT`, in seconds. */
    public var timeout: Duration? = null

    /** The time of one attempt: to connect, if there is no connection yet, to send, and to read the last byte of the answer. Default: 90 seconds, or `AXIOMO_ATTEMPT_TIMEOUT`, in seconds. */
    public var attemptTimeout: Duration? = null

    /** The longest single wait; one that would be longer is an error at once. Default: 180 seconds, or `AXIOMO_MAX_WAIT`, in seconds. */
    public var maxWait: Duration? = null

    /** How many attempts may follow the first. Default: 3, or `AXIOMO_MAX_RETRIES`. */
    public var maxRetries: Int? = null

    /** Whether an analysis whose answer was lost is asked for once more. Default: true. */
    public var retryAmbiguous: Boolean? = null

    /** Those that are set, as the client reads them; null for none. */
    internal fun callMembers(): JsonObject? {
        val members = buildMap {
            timeout?.let { put("timeoutMs", JsonPrimitive(it.milliseconds)) }
            attemptTimeout?.let { put("attemptTimeoutMs", JsonPrimitive(it.milliseconds)) }
            maxWait?.let { put("maxWaitMs", JsonPrimitive(it.milliseconds)) }
            maxRetries?.let { put("maxRetries", JsonPrimitive(it)) }
            retryAmbiguous?.let { put("retryAmbiguous", JsonPrimitive(it)) }
        }
        return if (members.isEmpty()) null else JsonObject(members)
    }
}

/** What only a client can do differently. */
public abstract class ModelOptions internal constructor() : SharedOptions() {
    /** Where the service is; the paths of the API are appended to it. Default: `https://axiomo.app/api`, or `AXIOMO_BASE_URL`. */
    public var baseUrl: String? = null

    /** The time to connect, TLS included. Default: 5 seconds. */
    public var connectTimeout: Duration? = null

    /** How requests are spread out, for everybody who shares the client's rate limiter. Default: `eager`. */
    public var pacing: Pacing? = null

    /** Those that are set, as the client reads them. */
    internal fun modelMembers(): Map<String, JsonPrimitive> = buildMap {
        baseUrl?.let { put("baseUrl", JsonPrimitive(it)) }
        connectTimeout?.let { put("connectTimeoutMs", JsonPrimitive(it.milliseconds)) }
        pacing?.let { put("pacing", JsonPrimitive(it.value)) }
    }
}

/** How requests are spread out, for everybody who shares the client's rate limiter. */
public enum class Pacing(internal val value: String) {
    /** As soon as there are units, at least 20 ms apart (less where the limit is above 1,500 a minute). */
    EAGER("eager"),

    /** Evenly over the window. */
    SMOOTH("smooth"),

    /** As they come; only what the service refuses is obeyed. */
    OFF("off"),
}
