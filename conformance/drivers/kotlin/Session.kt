// One client and its calls.

package app.axiomo.driver

import app.axiomo.Analysis
import app.axiomo.AnalyzeRequest
import app.axiomo.AxiomoClient
import app.axiomo.AxiomoError
import app.axiomo.BatchItem
import app.axiomo.BatchOptions
import app.axiomo.CallOptions
import app.axiomo.CancelHandle
import app.axiomo.ClientOptions
import app.axiomo.EventListener
import app.axiomo.Pacing
import app.axiomo.SharedOptions
import app.axiomo.testing.VirtualClock
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.boolean
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.encodeToJsonElement
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.double
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject

class Session(frame: JsonObject, private val isBlocking: Boolean, private val log: CopyOnWriteArrayList<String>) {
    val name: String = frame.text("session").orEmpty()
    val calls: MutableSet<Job> = ConcurrentHashMap.newKeySet()
    private val firstLog = log.size
    private val handles = ConcurrentHashMap<String, CancelHandle>()

    val client: AxiomoClient = AxiomoClient {
        set(frame["options"])
        apiKey = frame.text("api_key")
        anonymous = apiKey == null
        baseUrl = frame.text("base_url")
        rootCertificate = frame.text("ca_pem")
        clock = frame.text("conductor")?.let(VirtualClock::conducted)
        listener = EventListener { log.add(it.toString()) }
    }

    fun logged(): List<String> = log.drop(firstLog)

    fun call(scope: CoroutineScope, frame: JsonObject) {
        val job = scope.launch { end(frame) }
        calls.add(job)
        job.invokeOnCompletion { calls.remove(job) }
    }

    private suspend fun end(frame: JsonObject) {
        val outcome = try {
            made(frame)
        } catch (error: AxiomoError) {
            mapOf("error" to failed(error))
        } catch (problem: RuntimeException) {
            mapOf("error" to misused(problem))
        }
        tell(JsonObject(event("done", frame) + outcome))
    }

    private suspend fun made(frame: JsonObject): Map<String, JsonElement> {
        val arguments = frame["args"] as? JsonObject ?: JsonObject(emptyMap())
        val handle = handle(frame.getValue("call").jsonPrimitive.content)
        val options = CallOptions {
            set(frame["options"])
            cancel = handle
        }
        return when (frame.text("method")) {
            "analyze" -> whole(analyze(request(arguments), options), frame)
            "scan" -> whole(scan(arguments.text("scan_id").orEmpty(), options), frame)
            "analyze_many" -> {
                analyzeMany(arguments.getValue("items").jsonArray.map(::request), batch(frame, arguments, handle)) { item ->
                    tell(JsonObject(event("item", frame) + ("index" to JsonPrimitive(item.index)) + outcome(item, frame)))
                }
                mapOf("ok" to JsonObject(emptyMap()))
            }
            else -> mapOf("ok" to told.encodeToJsonElement(client.rateLimit()), "began" to JsonPrimitive(false))
        }
    }

    private suspend fun analyze(request: AnalyzeRequest, options: CallOptions): Analysis =
        if (isBlocking) client.analyzeBlocking(request, options) else client.analyze(request, options)

    private suspend fun scan(scanId: String, options: CallOptions): Analysis =
        if (isBlocking) client.scanBlocking(scanId, options) else client.scan(scanId, options)

    private suspend fun analyzeMany(items: List<AnalyzeRequest>, options: BatchOptions, take: (BatchItem) -> Unit) {
        if (isBlocking) client.analyzeManyBlocking(items, options).forEach(take)
        else client.analyzeMany(items, options).collect(take)
    }

    /** It may be cancelled before it is made. */
    private fun handle(call: String): CancelHandle = handles.computeIfAbsent(call) { CancelHandle() }

    fun cancel(call: String) {
        handle(call).cancel()
    }

    suspend fun close() {
        handles.values.forEach(CancelHandle::cancel)
        calls.toList().joinAll()
        client.close()
    }
}

/** With what is null, as results tell it of themselves. */
private val told = Json { encodeDefaults = true }

/** Without what is absent, as the service tells it. */
private val written = Json {
    encodeDefaults = true
    explicitNulls = false
}

/** One frame a line. */
fun tell(frame: JsonObject) {
    synchronized(written) {
        println(frame)
        System.out.flush()
    }
}

fun text(value: String): JsonElement = JsonPrimitive(value)

fun JsonObject.text(name: String): String? = (this[name] as? JsonPrimitive)?.takeIf { it !is JsonNull }?.content

private fun event(name: String, frame: JsonObject): Map<String, JsonElement> =
    mapOf("event" to text(name), "session" to frame.getValue("session"), "call" to frame.getValue("call"))

private fun SharedOptions.set(given: JsonElement?) {
    for ((name, value) in given as? JsonObject ?: return) {
        val found = value.jsonPrimitiveOrNull
        when (name) {
            "timeout_s" -> timeout = found?.duration
            "attempt_timeout_s" -> attemptTimeout = found?.duration
            "max_wait_s" -> maxWait = found?.duration
            "max_retries" -> maxRetries = found?.int
            "retry_ambiguous" -> retryAmbiguous = found?.boolean
            else -> (this as? ClientOptions ?: error("no such option: $name")).setOfClient(name, value)
        }
    }
}

private fun ClientOptions.setOfClient(name: String, value: JsonElement) {
    when (name) {
        "connect_timeout_s" -> connectTimeout = value.jsonPrimitive.duration
        "pacing" -> pacing = Pacing.valueOf(value.jsonPrimitive.content.uppercase())
        "allow_insecure_http" -> allowInsecureHttp = value.jsonPrimitive.boolean
        "default_headers" -> defaultHeaders = value.jsonObject.mapValues { (_, header) -> header.jsonPrimitive.content }
        "user_agent_suffix" -> userAgentSuffix = value.jsonPrimitive.content
        else -> error("no such option: $name")
    }
}

private fun batch(frame: JsonObject, arguments: JsonObject, handle: CancelHandle) = BatchOptions {
    set(frame["options"])
    cancel = handle
    arguments["ordered"]?.let { isOrdered = it.jsonPrimitive.boolean }
    arguments["concurrency"]?.let { concurrency = it.jsonPrimitive.int }
    arguments["deadline_s"]?.let { deadline = it.jsonPrimitive.duration }
}

private val JsonElement.jsonPrimitiveOrNull: JsonPrimitive? get() = (this as? JsonPrimitive)?.takeIf { it !is JsonNull }

private val JsonPrimitive.duration: Duration get() = Duration.ofNanos(Math.round(double * 1e9))

/** An address as it is, or a request. */
private fun request(given: JsonElement): AnalyzeRequest {
    if (given is JsonPrimitive && given.isString) return AnalyzeRequest(given.content)
    val url = (given as? JsonObject)?.takeIf { it.keys == setOf("url") }?.get("url") as? JsonPrimitive
    return if (url?.isString == true) AnalyzeRequest(url.content) else AnalyzeRequest.fromJson(given.toString())
}

private fun outcome(item: BatchItem, frame: JsonObject): Map<String, JsonElement> {
    item.error?.let { return mapOf("error" to failed(it)) }
    item.repeats?.let { return mapOf("repeats" to JsonPrimitive(it)) }
    return whole(item.result(), frame)
}

private fun whole(analysis: Analysis, frame: JsonObject): Map<String, JsonElement> {
    val ok = buildJsonObject {
        put("signal_id", analysis.signalId)
        put("signal_url", analysis.signalUrl)
        put("signal", written.encodeToJsonElement(analysis.signal))
        put("raw", analysis.raw)
        putJsonObject("extra") {
            for (path in frame["extra"]?.jsonArray.orEmpty()) {
                put(path.jsonPrimitive.content, analysis.extra(path.jsonPrimitive.content))
            }
        }
        put("debug", analysis.toString())
    }
    return mapOf("ok" to ok, "meta" to told.encodeToJsonElement(analysis.meta))
}

fun failed(error: AxiomoError): JsonObject {
    val shown = mapOf("display" to text(error.toString()), "debug" to text(error.stackTraceToString()))
    return JsonObject(Json.parseToJsonElement(error.toJson()).jsonObject + shown)
}
