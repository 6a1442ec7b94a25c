// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

package app.axiomo

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/** What went wrong, in one word. */
@Serializable
public enum class ErrorKind {
    /** A key, address or option is wrong; nothing was sent. */
    @SerialName("configuration") CONFIGURATION,

    /** The request is wrong, by the service's word or before it was sent. HTTP 400, 422, 4xx. */
    @SerialName("invalid_request") INVALID_REQUEST,

    /** The key is missing, wrong or revoked. HTTP 401. */
    @SerialName("authentication") AUTHENTICATION,

    /** The key may not do this. HTTP 403. */
    @SerialName("permission") PERMISSION,

    /** There is no such thing, or the key may not see it. HTTP 404. */
    @SerialName("not_found") NOT_FOUND,

    /** The limit is used up, by the service's word or by our own count. HTTP 429. */
    @SerialName("rate_limited") RATE_LIMITED,

    /** An attempt or the whole call took too long. HTTP 408. */
    @SerialName("timeout") TIMEOUT,

    /** The name could not be resolved, or the connection failed, was cut, or ended early. */
    @SerialName("connection") CONNECTION,

    /** The service failed, or answered with a redirect, which is never followed. HTTP 5xx, 3xx. */
    @SerialName("server") SERVER,

    /** The answer is a success but not what it should be. */
    @SerialName("decode") DECODE,

    /** The caller cancelled. */
    @SerialName("cancelled") CANCELLED,
}

/** A key, address or option is wrong; nothing was sent. */
public class ConfigurationError internal constructor(wire: String, causes: List<String>) : AxiomoError(wire, causes)

/** The request is wrong, by the service's word or before it was sent. HTTP 400, 422, 4xx. */
public class InvalidRequestError internal constructor(wire: String, causes: List<String>) : AxiomoError(wire, causes)

/** The key is missing, wrong or revoked. HTTP 401. */
public class AuthenticationError internal constructor(wire: String, causes: List<String>) : AxiomoError(wire, causes)

/** The key may not do this. HTTP 403. */
public class PermissionDeniedError internal constructor(wire: String, causes: List<String>) : AxiomoError(wire, causes)

/** There is no such thing, or the key may not see it. HTTP 404. */
public class NotFoundError internal constructor(wire: String, causes: List<String>) : AxiomoError(wire, causes)

/** The limit is used up, by the service's word or by our own count. HTTP 429. */
public class RateLimitError internal constructor(wire: String, causes: List<String>) : AxiomoError(wire, causes)

/** An attempt or the whole call took too long. HTTP 408. */
public class TimeoutError internal constructor(wire: String, causes: List<String>) : AxiomoError(wire, causes)

/** The name could not be resolved, or the connection failed, was cut, or ended early. */
public class ConnectionError internal constructor(wire: String, causes: List<String>) : AxiomoError(wire, causes)

/** The service failed, or answered with a redirect, which is never followed. HTTP 5xx, 3xx. */
public class ServerError internal constructor(wire: String, causes: List<String>) : AxiomoError(wire, causes)

/** The answer is a success but not what it should be. */
public class DecodeError internal constructor(wire: String, causes: List<String>) : AxiomoError(wire, causes)

/** The caller cancelled. */
public class CancelledError internal constructor(wire: String, causes: List<String>) : AxiomoError(wire, causes)

/** The error of the class of its kind, made from the form that every language has for it. */
internal fun axiomoError(wire: String, causes: List<String>): AxiomoError = when (readJson<WireError>(wire).kind) {
    ErrorKind.CONFIGURATION -> ConfigurationError(wire, causes)
    ErrorKind.INVALID_REQUEST -> InvalidRequestError(wire, causes)
    ErrorKind.AUTHENTICATION -> AuthenticationError(wire, causes)
    ErrorKind.PERMISSION -> PermissionDeniedError(wire, causes)
    ErrorKind.NOT_FOUND -> NotFoundError(wire, causes)
    ErrorKind.RATE_LIMITED -> RateLimitError(wire, causes)
    ErrorKind.TIMEOUT -> TimeoutError(wire, causes)
    ErrorKind.CONNECTION -> ConnectionError(wire, causes)
    ErrorKind.SERVER -> ServerError(wire, causes)
    ErrorKind.DECODE -> DecodeError(wire, causes)
    ErrorKind.CANCELLED -> CancelledError(wire, causes)
}
