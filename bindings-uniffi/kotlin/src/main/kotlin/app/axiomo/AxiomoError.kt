package app.axiomo

import app.axiomo.native.Failure
import java.time.Duration
import java.time.Instant
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonObject

/**
 * What went wrong with a call, the same in every language. [kind] says in one word what to do about it, [message] says it
 * in a sentence, and [cause] what caused it. Nothing in an error holds the key, a token or the path of an address.
 *
 * A coroutine that is cancelled ends with its `CancellationException` instead, and a thread that is interrupted with an
 * `InterruptedException`.
 */
public abstract class AxiomoError internal constructor(private val wire: String, causes: List<String>) :
    RuntimeException(shown(readJson(wire)), caused(causes)) {

    // Read again after it was serialised.
    @Transient
    private var parts: WireError? = null

    private fun parts(): WireError = parts ?: readJson<WireError>(wire).also { parts = it }

    /** What went wrong, in one word. */
    public val kind: ErrorKind get() = parts().kind

    /** The status of the last answer; null without one. */
    public val httpStatus: Int? get() = parts().httpStatus

    /** The word for it that the service gave, or one of our own such as `unexpected_redirect`. */
    public val code: String? get() = parts().code

    /** The service's name for the request, to be given when asking it for help. */
    public val requestId: String? get() = parts().requestId

    /** How long to wait before it makes sense to try again, from the moment of the error. */
    public val retryAfter: Duration? get() = parts().retryAfter

    /** When the quota comes back, by this machine's clock. */
    public val resetAt: Instant? get() = rateLimit?.resetAt

    /** How many calls waited at the rate limit when this one was refused for want of time. */
    public val queueDepth: Int? get() = parts().queueDepth

    /** Whether the call was refused here and not by the service. */
    public val isLocal: Boolean get() = parts().local

    /** The rate limit as the service last told it to this call. */
    public val rateLimit: RateLimit? get() = parts().rateLimit

    /** Every attempt of the call; empty when nothing was tried. */
    public val attempts: List<Attempt> get() = parts().attempts

    /** Whether any attempt reached the service. */
    public val sent: Sent get() = parts().sent

    /** The error in the form that every language has for it, in JSON. */
    public fun toJson(): String = wire

    /** Without the name of the package. */
    override fun toString(): String = "${javaClass.simpleName}: $message"
}

/** An error as the client writes it. */
@Serializable
internal class WireError(
    val kind: ErrorKind,
    val message: String,
    @SerialName("http_status") val httpStatus: Int? = null,
    val code: String? = null,
    @SerialName("request_id") val requestId: String? = null,
    @SerialName("retry_after_ms") val retryAfter: Milliseconds? = null,
    @SerialName("queue_depth") val queueDepth: Int? = null,
    val local: Boolean = false,
    @SerialName("rate_limit") val rateLimit: RateLimit? = null,
    val attempts: List<Attempt> = emptyList(),
    val sent: Sent = Sent.NO,
)

/** What is wrong with what was given, as the client writes it. */
@Serializable
private class Refusal(val error: JsonObject, val causes: List<String>)

/** What caused an error, where it did not arise in this language. */
private class Cause(message: String, cause: Throwable?) : Exception(message, cause, false, false) {
    override fun toString(): String = message.orEmpty()
}

/** Does what may be refused before anything is sent. */
internal inline fun <T> refusing(make: () -> T): T = try {
    make()
} catch (failure: Failure) {
    throw refused(failure)
}

internal fun refused(failure: Failure): AxiomoError {
    val refusal = readJson<Refusal>((failure as Failure.Refused).detail)
    return axiomoError(refusal.error.toString(), refusal.causes)
}

private fun shown(error: WireError): String {
    val facts = listOfNotNull(
        error.httpStatus?.let { "HTTP $it" },
        error.code,
        error.requestId?.let { "request $it" },
        error.attempts.size.takeIf { it > 1 }?.let { "$it attempts" },
    )
    return if (facts.isEmpty()) error.message else "${error.message} [${facts.joinToString(", ")}]"
}

private fun caused(causes: List<String>): Throwable? =
    causes.foldRight(null as Throwable?) { message, cause -> Cause(message, cause) }
