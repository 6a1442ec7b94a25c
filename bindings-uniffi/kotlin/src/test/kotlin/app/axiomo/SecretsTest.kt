package app.axiomo

import java.io.ByteArrayOutputStream
import java.io.ObjectOutputStream
import java.util.concurrent.ConcurrentLinkedQueue
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class SecretsTest {
    private val token = "glpat-canary-of-a-provider-0123456789"
    private val seen = ConcurrentLinkedQueue<String>()

    private fun show(value: Any?) {
        seen.add(value.toString())
        if (value !is Throwable) return
        seen.add(value.stackTraceToString())
        val bytes = ByteArrayOutputStream()
        ObjectOutputStream(bytes).use { it.writeObject(value) }
        seen.add(bytes.toString(Charsets.ISO_8859_1))
    }

    private inline fun failing(crossinline call: () -> Any?) = show(assertThrows(AxiomoError::class.java) { call() })

    @Test
    fun `neither key nor token comes out anywhere`() = serve().use { server ->
        val key = server.key().key
        val echo = """{"x-echo": "Bearer $key", "x-token": "$token"}"""
        val told = """{"error": {"code": "x", "message": "$key $token"}}"""
        server.script("""[{"on": {}, "do": [${respond(200, echo, ANALYSIS)}, ${respond(503, echo, told)}, ${respond(401, echo, told)}]}]""")
        val options = ClientOptions {
            maxRetries = 1
            listener = EventListener(::show)
        }
        val client = server.client(options)
        val request = AnalyzeRequest(ADDRESS, token)
        listOf(options, client, client.withOptions(CallOptions { maxRetries = 0 }), client.rateLimiter, server.key(), request).forEach(::show)
        val analysis = client.analyzeBlocking(request)
        show(analysis)
        show(analysis.meta)
        failing { client.analyzeBlocking(request) }
        failing { client.analyzeBlocking(AnalyzeRequest("nonsense", token)) }
        failing { client.analyzeBlocking(AnalyzeRequest(ADDRESS, "$token\n")) }
        failing { client.analyzeBlocking(AnalyzeRequest.fromJson("""{"access_token": "$token"}""")) }
        failing { AxiomoClient { apiKey = "$key\n" } }
        failing { server.client { keyProvider = KeyProvider { throw IllegalStateException(key) } }.scanBlocking("x") }
        val batch = client.analyzeMany(listOf(AnalyzeRequest("nonsense", token)))
        show(batch)
        runBlocking { batch.toList() }.forEach {
            show(it)
            show(it.error)
        }
        assertTrue(seen.size > 20, "${seen.size}")
        for (text in seen) {
            assertFalse(key in text, "the key: ${text.replace(key, "KEY")}")
            assertFalse(token in text, "the token: ${text.replace(token, "TOKEN")}")
        }
    }
}
