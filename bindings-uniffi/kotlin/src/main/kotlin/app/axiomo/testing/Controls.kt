package app.axiomo.testing

import app.axiomo.json
import java.io.IOException
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.time.Duration
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** A mock server did not do what it was asked. The message says what was expected. */
public open class MockServerError internal constructor(
    message: String,
    /** One word for it. */
    public val code: String = "unknown",
    cause: Throwable? = null,
) : RuntimeException(message, cause)

/** What was waited for did not happen at a mock server in time. */
public class NotSeenError internal constructor(message: String) : MockServerError(message, "not_seen")

/** The test controls of a server, at a listener of their own. */
internal class Controls(private val url: String, private val token: String) {
    // A control is not to go through a proxy, and the server has no HTTP/2 to offer it.
    private val http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).proxy(HttpClient.Builder.NO_PROXY).build()

    /** What a control answers; null where it answers nothing. */
    fun send(method: String, path: String, body: JsonElement? = null, timeout: Duration = Duration.ofMinutes(1)): JsonElement {
        val publisher = body?.let { BodyPublishers.ofString(it.toString()) } ?: BodyPublishers.noBody()
        val request = HttpRequest.newBuilder(URI.create(url + path)).method(method, publisher).timeout(timeout)
            .header("authorization", "Bearer $token").header("content-type", "application/json").build()
        val answer = try {
            http.send(request, BodyHandlers.ofString())
        } catch (problem: IOException) {
            throw MockServerError("$method $path: the mock server does not answer", "unreachable", problem)
        }
        if (answer.statusCode() !in 200..299) throw refusal(answer.statusCode(), answer.body())
        return if (answer.body().isEmpty()) JsonNull else json.parseToJsonElement(answer.body())
    }

    private fun refusal(status: Int, text: String): MockServerError {
        val unread = MockServerError("the mock server answered $status: ${text.take(200)}")
        return try {
            val error = json.parseToJsonElement(text).jsonObject["error"]?.jsonObject ?: return unread
            val (code, message) = listOf("code", "message").map { error[it]?.jsonPrimitive?.content ?: return unread }
            if (code == "not_seen") NotSeenError(message) else MockServerError(message, code)
        } catch (_: SerializationException) {
            unread
        } catch (_: IllegalArgumentException) {
            unread
        }
    }
}
