package app.axiomo

import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.ObjectInputStream
import java.io.ObjectOutputStream
import java.time.Duration
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class ErrorTest {
    private fun refused(json: String = """{"error": {"code": "rate_limited", "message": "Slow down."}}""") =
        respond(429, """{"retry-after": "600", "x-request-id": "r-1", "x-ratelimit-limit": "60", "x-ratelimit-remaining": "0"}""", json)

    @Test
    fun `it has the facts as fields`() = serve(refused()).use { server ->
        val error = assertThrows(RateLimitError::class.java) { server.client().scanBlocking("x") }
        assertEquals(ErrorKind.RATE_LIMITED, error.kind)
        assertEquals(429, error.httpStatus)
        assertEquals("rate_limited", error.code)
        assertEquals("r-1", error.requestId)
        assertTrue(error.retryAfter!! in Duration.ofSeconds(590)..Duration.ofSeconds(610), "${error.retryAfter}")
        assertEquals(0L, error.rateLimit?.remaining)
        assertEquals(Sent.YES, error.sent)
        assertEquals(listOf(429), error.attempts.map { it.status })
        assertTrue(error.toString().startsWith("RateLimitError: "), error.toString())
        assertTrue("HTTP 429" in error.message.orEmpty(), error.message)
    }

    @Test
    fun `it says what caused it`() {
        val client = AxiomoClient {
            anonymous = true
            // Nothing listens there.
            baseUrl = "http://127.0.0.1:1/api"
            maxRetries = 0
        }
        val error = assertThrows(ConnectionError::class.java) { client.scanBlocking("x") }
        val causes = generateSequence(error.cause) { it.cause }.map { it.toString() }.toList()
        assertTrue(causes.any { "refused" in it }, "$causes")
        assertNull(error.httpStatus)
    }

    @Test
    fun `one that was serialised is the same`() = serve(refused()).use { server ->
        val error = assertThrows(RateLimitError::class.java) { server.client().scanBlocking("x") }
        val bytes = ByteArrayOutputStream()
        ObjectOutputStream(bytes).use { it.writeObject(error) }
        val read = ObjectInputStream(ByteArrayInputStream(bytes.toByteArray())).use { it.readObject() } as RateLimitError
        assertEquals(error.toJson(), read.toJson())
        assertEquals(error.message, read.message)
        assertEquals(429, read.httpStatus)
    }

    @Test
    fun `more than fits is as much as fits`() = serve(
        respond(200, """{"x-ratelimit-remaining": "18446744073709551615", "x-ratelimit-limit": "60"}""", ANALYSIS),
    ).use { server ->
        val client = server.client()
        val meta = client.scanBlocking("x").meta
        assertEquals(Long.MAX_VALUE, meta.rateLimit?.remaining)
        assertEquals(60L, client.rateLimit()?.limit)
    }

    @Test
    fun `what is wrong with a client is told before anything is sent`() {
        for ((part, make) in mapOf<String, () -> Any>(
            "https://" to { AxiomoClient { baseUrl = "ftp://example.org" } },
            "timeout" to { AxiomoClient { anonymous = true; timeout = Duration.ofSeconds(-1) } },
            "maxRetries" to { AxiomoClient { anonymous = true; maxRetries = -1 } },
            "key" to { AxiomoClient { apiKey = "ax_\n" } },
        )) {
            val error = assertThrows(ConfigurationError::class.java, { make() }, part)
            assertTrue(part in error.message.orEmpty(), error.message)
            assertEquals(Sent.NO, error.sent)
            assertNotNull(error.toJson())
        }
    }
}
