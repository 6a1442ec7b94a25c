package app.axiomo.testing

import app.axiomo.AxiomoClient
import app.axiomo.ClientOptions
import app.axiomo.json
import app.axiomo.milliseconds
import java.net.URLEncoder
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.Path
import java.time.Duration
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.decodeFromJsonElement
import kotlinx.serialization.json.encodeToJsonElement
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject

/** How a mock server is to be. */
public class MockServerOptions() {
    /** As in `MockServerOptions { virtualTime = true }`. */
    public constructor(configure: MockServerOptions.() -> Unit) : this() {
        configure()
    }

    /** Clones that stand for repositories, by the addresses of their pages. */
    public var repositories: Map<String, Path> = emptyMap()

    /** Those that are not found by anybody's key. */
    public var privateRepositories: Map<String, Path> = emptyMap()

    /** The limits; the documented ones by default. */
    public var limits: MockLimits = MockLimits()

    /**
     * Whether time is one of its own, for the server and its clients: it passes by itself whenever none of them has anything
     * left to do but wait, so that waits of any length take milliseconds. What the program itself sleeps for takes its real
     * time. Default: false.
     */
    public var virtualTime: Boolean = false

    /** The process to be in, which stays when the server is closed. Default: one of its own. */
    public var program: Program? = null

    internal fun asked(): JsonObject = buildJsonObject {
        put("limits", json.encodeToJsonElement(limits))
        put("real_time", !virtualTime)
        putJsonArray("repositories") {
            for ((mounts, isPrivate) in listOf(repositories to false, privateRepositories to true)) {
                for ((url, path) in mounts) addJsonObject {
                    put("url", url)
                    put("path", path.toAbsolutePath().toString())
                    put("private", isPrivate)
                }
            }
        }
    }
}

/**
 * How many requests a window has, and how they are counted. What is null is as documented.
 *
 * @property key requests a window with a key; 0 for no limit. Default: 60.
 * @property address requests a window without a key; 0 for no limit. Default: 10.
 * @property windowMs the window's length, in milliseconds. Default: 60,000.
 * @property limiter how requests are counted: `fixed`, `log`, `counter` or `gcra`. Default: `fixed`.
 */
@Serializable
public data class MockLimits @JvmOverloads constructor(
    val key: Int? = null,
    val address: Int? = null,
    @SerialName("window_ms") val windowMs: Long? = null,
    val limiter: String? = null,
)

/**
 * A key of a mock server. What is printed of it holds its name in the server's list, and not what opens it.
 *
 * @property id its name in the server's list, which `revokeKey` takes.
 * @property key the key itself, which clients take.
 */
@Serializable
public class MockKey internal constructor(public val id: String, public val key: String) {
    override fun toString(): String = "MockKey(id=$id)"
}

/**
 * A server in the place of the service, with its own address, keys, limits, journal and time. It analyses real pull requests
 * of local git repositories, keeps to limits, and goes wrong where [script] says so. Every method waits for its answer.
 */
public class MockServer private constructor(
    private val controls: Controls,
    private val owned: Program?,
    private val session: Session,
) : AutoCloseable {
    /** Where the API is, as clients take it. */
    public val baseUrl: String get() = session.baseUrl

    @Volatile
    private var isClosed = false

    private val firstKey by lazy { createKey() }

    /** The key that [client] uses, made when it is first asked for. */
    public fun key(): MockKey = firstKey

    /** Makes a key. The keys of one user share a limit. */
    @JvmOverloads
    public fun createKey(name: String = "test", user: String = "default"): MockKey = read(
        send("POST", "/keys", buildJsonObject {
            put("name", name)
            put("user", user)
        }),
    )

    /** Revokes a key, from the very next request on. */
    public fun revokeKey(id: String) {
        send("DELETE", "/keys/${URLEncoder.encode(id, UTF_8)}")
    }

    /**
     * Sets what becomes of requests and connections from now on, in the place of all that is left of rules before.
     *
     * @param rules a list in JSON, as the reference server's documentation of faults describes it.
     */
    public fun script(rules: String) {
        send("PUT", "/script", json.parseToJsonElement(rules))
    }

    /** The rules with the steps that nothing took yet, in JSON. `[]`, if all went wrong that was to go wrong. */
    public fun scriptLeft(): String = member(send("GET", "/script"), "rules").toString()

    /** What happened, in order, after the entry with a number. */
    @JvmOverloads
    public fun journal(since: Long = 0): List<JournalEntry> = read(member(send("GET", "/journal?since=$since"), "entries"))

    /** The requests in the journal. */
    public fun requests(): List<JournalEntry> = journal().filter { it.event == "request" }

    /**
     * Waits until so many entries hold all these members with these values, and gives all that do.
     *
     * @param match texts, numbers, booleans and nulls, by the names of the journal's members in JSON.
     * @throws NotSeenError when they do not come within `timeout` of real time.
     */
    @JvmOverloads
    public fun awaitJournal(
        match: Map<String, Any?>,
        count: Int = 1,
        timeout: Duration = Duration.ofSeconds(5),
    ): List<JournalEntry> {
        val awaited = buildJsonObject {
            putJsonObject("match") { match.forEach { (name, value) -> put(name, value.toJson()) } }
            put("count", count)
            put("timeout_ms", timeout.toMillis())
        }
        return read(member(send("POST", "/journal/await", awaited, timeout.plusMinutes(1)), "entries"))
    }

    /** Forgets what happened. Numbers go on. */
    public fun clearJournal() {
        send("DELETE", "/journal")
    }

    /** Changes the limits from the next request on. */
    public fun setLimits(limits: MockLimits) {
        send("PUT", "/limits", json.encodeToJsonElement(limits))
    }

    /** What the server knows, without what is secret: keys, scans, limits, what is left of the script, the time; in JSON. */
    public fun snapshot(): String = send("GET", "/snapshot").toString()

    /** How much virtual time has passed. */
    public fun elapsed(): Duration = Duration.ofNanos(Math.round(time().nowMs * 1e6))

    /** Every wait that clients began so far, in virtual time. */
    public fun waits(): List<ConductedWait> = time().waits

    /** Lets virtual time pass: whatever is due on the way happens when it is due. */
    public fun advance(time: Duration) {
        val wasRunning = time().isRunning
        if (wasRunning) letTimePass(false)
        // Moment by moment this takes longer than any single answer.
        send("POST", "/clock", buildJsonObject { put("advance_ms", Math.round(time.milliseconds)) }, Duration.ofMinutes(10))
        if (wasRunning) letTimePass(true)
    }

    /** Holds virtual time: it passes only by [advance]. */
    public fun holdTime() {
        letTimePass(false)
    }

    /** Lets virtual time pass by itself again. */
    public fun releaseTime() {
        letTimePass(true)
    }

    /** A new clock for one client; null where time is the machine's. */
    public fun clock(): VirtualClock? = session.conductor?.let(VirtualClock::conducted)

    /** A client of this server, with a key of it and its time, unless the options say otherwise. The options are changed. */
    @JvmOverloads
    public fun client(options: ClientOptions = ClientOptions()): AxiomoClient {
        options.baseUrl = options.baseUrl ?: baseUrl
        val isGiven = options.apiKey != null || options.keyProvider != null || options.anonymous
        if (!isGiven) options.apiKey = key().key
        options.clock = options.clock ?: clock()
        return AxiomoClient(options)
    }

    /** A client of this server: `server.client { maxRetries = 1 }`. */
    @JvmSynthetic
    public fun client(configure: ClientOptions.() -> Unit): AxiomoClient = client(ClientOptions(configure))

    /** Ends it. Closing it again does nothing. */
    override fun close() {
        if (isClosed) return
        isClosed = true
        try {
            controls.send("DELETE", "/sessions/${session.id}")
        } finally {
            owned?.close()
        }
    }

    private fun time(): Time = read(send("GET", "/clock"))

    private fun letTimePass(run: Boolean) {
        send("POST", "/clock", buildJsonObject { put("run", run) })
    }

    private fun send(
        method: String,
        path: String,
        body: JsonElement? = null,
        timeout: Duration = Duration.ofMinutes(1),
    ): JsonElement {
        if (isClosed) throw MockServerError("this mock server is closed", "closed")
        return controls.send(method, "/sessions/${session.id}$path", body, timeout)
    }

    public companion object {
        /**
         * Starts one.
         *
         * @throws MockServerError when there is no program of it, or it refuses an option.
         */
        @JvmStatic
        @JvmOverloads
        public fun start(options: MockServerOptions = MockServerOptions()): MockServer {
            val program = options.program ?: Program.start()
            val owned = program.takeIf { options.program == null }
            try {
                val session = read<Session>(program.controls.send("POST", "/sessions", options.asked()))
                val server = MockServer(program.controls, owned, session)
                if (options.virtualTime) server.letTimePass(true)
                return server
            } catch (problem: Throwable) {
                owned?.close()
                throw problem
            }
        }

        /** Starts one: `MockServer.start { virtualTime = true }`. */
        @JvmSynthetic
        public fun start(configure: MockServerOptions.() -> Unit): MockServer = start(MockServerOptions(configure))
    }
}

/** A server among those of a program. */
@Serializable
internal class Session(
    val id: String,
    @SerialName("base_url") val baseUrl: String,
    val conductor: String? = null,
)

@Serializable
private class Time(
    @SerialName("now_ms") val nowMs: Double,
    @SerialName("is_running") val isRunning: Boolean,
    val waits: List<ConductedWait>,
)

private inline fun <reified T> read(element: JsonElement): T = json.decodeFromJsonElement<T>(element)

private fun member(of: JsonElement, name: String): JsonElement = of.jsonObject[name] ?: JsonArray(emptyList())

private fun Any?.toJson(): JsonElement = when (this) {
    is Number -> JsonPrimitive(this)
    is Boolean -> JsonPrimitive(this)
    else -> JsonPrimitive(this?.toString())
}
