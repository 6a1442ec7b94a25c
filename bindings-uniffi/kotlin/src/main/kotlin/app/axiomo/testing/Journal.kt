package app.axiomo.testing

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/** One thing that happened at a mock server. */
@Serializable
@ConsistentCopyVisibility
public data class JournalEntry internal constructor(
    /** Its number; the first is 1, and none is left out. */
    @SerialName("n") public val number: Long,
    /** Milliseconds of the server's time since it started. */
    @SerialName("at_ms") public val atMs: Double,
    /** What happened: `opened`, `request`, `answer`, `gone` (the client left before there was an answer) or `closed`. */
    public val event: String,
    /** `opened`, `request`, `closed`: the number of the connection. */
    public val connection: Long? = null,
    /** `opened`: the name of the listener. */
    public val listener: String? = null,
    /** `request`, `answer`, `gone`: the number of the request. */
    public val request: Long? = null,
    /** `request`: the method. */
    public val method: String? = null,
    /** `request`: the path and the query. */
    public val target: String? = null,
    /** `request`: `HTTP/1.1` or `HTTP/2.0`. */
    public val version: String? = null,
    /** `request`, `answer`: names in lower case, each with its value. */
    public val headers: List<List<String>> = emptyList(),
    /** `request`: the body as far as it was read, if it is a text. */
    public val body: String? = null,
    /** `request`: the body if it is no text. */
    @SerialName("body_base64") public val bodyBase64: String? = null,
    /** `answer`: the status. */
    public val status: Int? = null,
    /** `answer`: what `X-Request-Id` says. */
    @SerialName("request_id") public val requestId: String? = null,
    /** `closed`: who ended the connection first, `client` or `server`. */
    public val by: String? = null,
    /** `closed`: with an orderly end, `fin`, or a `reset`. */
    public val how: String? = null,
) {
    /** The value of a header, by its name in lower case; null where there is none. */
    public fun header(name: String): String? = headers.firstOrNull { it.first() == name }?.last()
}

/** A wait that a client began, in virtual time. */
@Serializable
@ConsistentCopyVisibility
public data class ConductedWait internal constructor(
    /** When it began, in nanoseconds since the beginning of time. */
    @SerialName("began_ns") public val beganNs: Long,
    /** How long it was to be, in nanoseconds. */
    @SerialName("length_ns") public val lengthNs: Long,
    /** What it was for: `queue`, `pacing`, `penalty`, `retry_after` or `backoff`. */
    public val reason: String,
)
