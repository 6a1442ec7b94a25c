package app.axiomo

import app.axiomo.native.refuse
import java.time.Duration
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject

/** Gives a key: before the first call, and again when the service has refused the one before. */
public fun interface KeyProvider {
    /** The key. It may take its time. */
    public fun key(): String
}

/** What a client does differently, and with whose rights. What is not set is as the environment says, or as usual. */
public class ClientOptions() : ModelOptions() {
    /** As in `ClientOptions { maxRetries = 1 }`. */
    public constructor(configure: ClientOptions.() -> Unit) : this() {
        configure()
    }

    /** The key; not together with a [keyProvider]. Default: `AXIOMO_API_KEY`; none without it. */
    public var apiKey: String? = null

    /** Gives the key, in its place. */
    public var keyProvider: KeyProvider? = null

    /** Whether to go without a key, whatever the environment says. */
    public var anonymous: Boolean = false

    /** Keeps the calls of several clients under one rate limit. Default: one for all clients with this key, or with a [keyProvider] one of its own. */
    public var rateLimiter: RateLimiter? = null

    /** Words at the end of `User-Agent`, such as the name of a bot. */
    public var userAgentSuffix: String? = null

    /** The address of a proxy. Default: as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say. */
    public var proxy: String? = null

    /** A certificate in PEM that is trusted besides the system's. */
    public var rootCertificate: String? = null

    /** The certificates and the key, in PEM, by which the client shows who it is. */
    public var clientCertificate: ClientCertificate? = null

    /** Headers of every request. */
    public var defaultHeaders: Map<String, String> = emptyMap()

    /** Whether a key may be sent to an `http` address that is not of this machine. */
    public var allowInsecureHttp: Boolean = false

    /** Is told what the client does: requests, waits, retries. Default: nobody. */
    public var listener: EventListener? = null

    /** Time for tests. Default: the machine's. */
    public var clock: app.axiomo.testing.VirtualClock? = null

    /** Never the key. */
    override fun toString(): String = "ClientOptions(baseUrl=$baseUrl)"

    /** As the client reads them. */
    internal fun clientSettings(): String = buildJsonObject {
        if (apiKey != null && keyProvider != null) {
            refusing { refuse("apiKey and keyProvider were both given; give one of the two") }
        }
        put("options", callMembers() ?: JsonObject(emptyMap()))
        modelMembers().forEach { (name, value) -> put(name, value) }
        put("apiKey", apiKey)
        put("asksForKey", keyProvider != null)
        put("anonymous", anonymous)
        put("userAgentSuffix", userAgentSuffix)
        put("proxy", proxy)
        put("rootCertificate", rootCertificate)
        clientCertificate?.let { certificate ->
            putJsonObject("clientCertificate") {
                put("chain", certificate.chain)
                put("key", certificate.key)
            }
        }
        putJsonObject("defaultHeaders") { defaultHeaders.forEach { (name, value) -> put(name, value) } }
        put("allowInsecureHttp", allowInsecureHttp)
        put("runtime", "JVM ${Runtime.version().feature()}")
    }.toString()
}

/** By what a client shows who it is: certificates and their key, in PEM. What is printed of it never holds the key. */
public class ClientCertificate(internal val chain: String, internal val key: String)

/** What one call does differently, and how it can be ended. What is not set is as the client does it. */
public open class CallOptions() : SharedOptions() {
    /** As in `CallOptions { timeout = Duration.ofMinutes(1) }`. */
    public constructor(configure: CallOptions.() -> Unit) : this() {
        configure()
    }

    /** Cancels the call, or every call of the client that is made with it, from outside. */
    public var cancel: CancelHandle? = null

    /** In JSON; null for none. */
    internal fun settings(): String? = callMembers()?.toString()
}

/** How a batch is to be done, and what each of its calls does differently. */
public class BatchOptions() : CallOptions() {
    /** As in `BatchOptions { isOrdered = true }`. */
    public constructor(configure: BatchOptions.() -> Unit) : this() {
        configure()
    }

    /** Whether results come in the order of the items. Default: as they are done. */
    public var isOrdered: Boolean = false

    /** How many items may be under way at once. Default: by the rate limit and how long an analysis takes. */
    public var concurrency: Int? = null

    /** How long the whole batch may take; what is not done by then fails with [ErrorKind.TIMEOUT]. Default: no limit. */
    public var deadline: Duration? = null

    /** As the client reads it. */
    internal fun shape(): String = buildJsonObject {
        put("ordered", isOrdered)
        put("concurrency", concurrency)
        put("deadlineMs", deadline?.milliseconds)
    }.toString()
}
