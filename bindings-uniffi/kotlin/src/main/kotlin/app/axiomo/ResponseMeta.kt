package app.axiomo

import java.time.Duration
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/** How an answer was obtained. */
@Serializable
@ConsistentCopyVisibility
public data class ResponseMeta internal constructor(
    /** The answer's status; null where it was not received but read. */
    public val status: Int? = null,
    /** The service's name for the request, to be given when asking it for help. */
    @SerialName("request_id") public val requestId: String? = null,
    /** The rate limit as the answer told it. */
    @SerialName("rate_limit") public val rateLimit: RateLimit? = null,
    /** The paths of what could not be read, and is absent from the Signal. */
    @SerialName("decode_warnings") public val decodeWarnings: List<String> = emptyList(),
    /** The answer's headers, by their names in lower case. */
    public val headers: Map<String, String> = emptyMap(),
    /** Every attempt of the call. */
    public val attempts: List<Attempt> = emptyList(),
    /** The time of the whole call. */
    @SerialName("elapsed_ms") public val elapsed: Milliseconds = Duration.ZERO,
)

/** The rate limit as the service last told it. */
@Serializable
@ConsistentCopyVisibility
public data class RateLimit internal constructor(
    /** Requests a window; null where it was not told. */
    public val limit: Count? = null,
    /** Requests left in this window; null where it was not told. */
    public val remaining: Count? = null,
    /** When the quota comes back, by this machine's clock; null where it was not told. */
    @SerialName("reset_at") public val resetAt: Timestamp? = null,
)

/** One attempt of a call. */
@Serializable
@ConsistentCopyVisibility
public data class Attempt internal constructor(
    /** Its number, from 1. */
    @SerialName("n") public val number: Int,
    /** When it began, after the call did. */
    @SerialName("started_ms") public val started: Milliseconds,
    /** How long it took. */
    @SerialName("duration_ms") public val duration: Milliseconds,
    /** How long the call waited before it. */
    @SerialName("waited_ms") public val waited: Milliseconds,
    /**
     * What the longest of these waits was for: `queue`, `pacing`, `penalty`, `retry_after`, `backoff`; null where there was
     * none.
     */
    @SerialName("wait_reason") public val waitReason: String? = null,
    /** The answer's status; null without one. */
    public val status: Int? = null,
    /** What went wrong; null if nothing did. */
    @SerialName("error_kind") public val errorKind: ErrorKind? = null,
    /** The service's name for it; null where it gave none. */
    @SerialName("request_id") public val requestId: String? = null,
    /** Whether it reached the service. */
    public val sent: Sent,
)

/** Whether a request reached the service. */
@Serializable
public enum class Sent {
    /** It surely did not. */
    @SerialName("no") NO,

    /** It may have. */
    @SerialName("maybe") MAYBE,

    /** It did: there was an answer. */
    @SerialName("yes") YES,
}
