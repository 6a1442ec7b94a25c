// The driver of the Kotlin client: calls it as it is told on stdin, and tells on stdout what came of it, as
// conformance/PROTOCOL.md says. Whatever it would do by itself would pass for the client's doing, so it does nothing.

package app.axiomo.driver

import app.axiomo.AxiomoError
import app.axiomo.testing.forbidRealTime
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.Executors
import java.util.logging.Handler
import java.util.logging.LogRecord
import java.util.logging.Logger
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray

private val sessions = ConcurrentHashMap<String, Session>()
private val log = CopyOnWriteArrayList<String>()

fun main(arguments: Array<String>) {
    Logger.getLogger("").addHandler(object : Handler() {
        override fun publish(record: LogRecord) {
            log.add("${record.message} ${record.thrown ?: ""}")
        }

        override fun flush() = Unit

        override fun close() = Unit
    })
    val isBlocking = "--blocking" in arguments
    // A thread for each call that blocks.
    Executors.newCachedThreadPool().asCoroutineDispatcher().use { dispatcher ->
        // A call that ends as none may takes no other with it.
        val scope = CoroutineScope(dispatcher + SupervisorJob())
        for (line in generateSequence(::readLine)) {
            val frame = Json.parseToJsonElement(line).jsonObject
            when (frame.text("op")) {
                "close" -> scope.launch { obey(frame, scope, isBlocking) }
                else -> runBlocking { obey(frame, scope, isBlocking) }
            }
        }
        runBlocking { sessions.values.flatMap { it.calls }.joinAll() }
    }
}

private suspend fun obey(frame: JsonObject, scope: CoroutineScope, isBlocking: Boolean) {
    val answer = try {
        "ok" to obeyed(frame, scope, isBlocking)
    } catch (error: AxiomoError) {
        "error" to failed(error)
    } catch (problem: RuntimeException) {
        "error" to misused(problem)
    }
    tell(JsonObject(mapOf("id" to frame.getValue("id"), answer)))
}

/** What a driver tells when it fails itself. */
fun misused(problem: RuntimeException): JsonObject = buildJsonObject {
    put("kind", "protocol")
    put("message", problem.stackTraceToString())
}

private suspend fun obeyed(frame: JsonObject, scope: CoroutineScope, isBlocking: Boolean): JsonObject {
    when (val operation = frame.text("op")) {
        "hello" -> {
            if (frame.text("time") == "conducted") forbidRealTime()
            return buildJsonObject {
                put("language", "kotlin")
                put("version", "0.1.0")
                putJsonArray("capabilities") { listOf("default_headers", "user_agent_suffix").forEach { add(text(it)) } }
            }
        }
        "open" -> {
            val session = Session(frame, isBlocking, log)
            sessions[session.name] = session
            return buildJsonObject { put("debug", session.client.toString()) }
        }
        "call" -> found(frame).call(scope, frame)
        "cancel" -> found(frame).cancel(frame.getValue("call").jsonPrimitive.content)
        "close" -> {
            val session = found(frame)
            sessions.remove(session.name)
            session.close()
            return buildJsonObject { putJsonArray("logs") { session.logged().forEach { add(text(it)) } } }
        }
        else -> error("no such operation: $operation")
    }
    return JsonObject(emptyMap())
}

private fun found(frame: JsonObject): Session =
    sessions[frame.text("session")] ?: error("no such session: ${frame.text("session")}")
