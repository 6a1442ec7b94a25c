package app.axiomo

import app.axiomo.testing.MockLimits
import app.axiomo.testing.MockServerError
import app.axiomo.testing.VirtualClock
import java.time.Duration
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.ExecutionException
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class ClientTest {
    @Test
    fun `one thread waits for many coroutines`() = serve(*Array(16) { respond(200, json = ANALYSIS) }).use { server ->
        val client = server.client { pacing = Pacing.OFF }
        val ids = runBlocking { (1..16).map { async { client.scan("s$it").signalId } }.awaitAll() }
        assertEquals(List(16) { "ax-example-ledger-1-0a1b2c3d" }, ids)
        assertEquals((1..16).map { "/api/scans/s$it" }.toSet(), server.requests().map { it.target }.toSet())
    }

    @Test
    fun `what is told is told of its own client`() = serve(respond(503), respond(200, json = ANALYSIS), respond(200, json = ANALYSIS)).use { server ->
        val told = ConcurrentLinkedQueue<ClientEvent>()
        server.client { listener = EventListener(told::add) }.scanBlocking("x")
        assertTrue(told.any { it.event == "retry" }, "$told")
        server.client().scanBlocking("y")
        assertEquals(2, told.count { it.event == "request" }, "$told")
    }

    @Test
    fun `what is of no client is told to every listener`() {
        val (calls, most) = 16 to 100
        // So high a limit allows as many retries.
        val busy = respond(503, """{"x-ratelimit-limit": "100000", "x-ratelimit-remaining": "99999"}""")
        serve(*Array(calls * (most + 1)) { busy }).use { server ->
            server.setLimits(MockLimits(key = 0))
            val isFirst = AtomicBoolean(true)
            val options = ClientOptions {
                clock = VirtualClock().apply { skipWaits() }
                pacing = Pacing.OFF
                maxRetries = most
                timeout = Duration.ofDays(1)
                attemptTimeout = Duration.ofDays(1)
                // Keeps events from being taken until there are more than have room.
                listener = EventListener {
                    if (isFirst.getAndSet(false)) {
                        server.awaitJournal(mapOf("event" to "request"), count = 1500, timeout = Duration.ofMinutes(1))
                    }
                }
            }
            val told = ConcurrentLinkedQueue<ClientEvent>()
            // Both are there until the end, and so are their listeners.
            server.client(options).use { client ->
                server.client { listener = EventListener(told::add) }.use {
                    for (call in List(calls) { client.scanAsync("s$it") }) {
                        assertTrue(assertThrows(ExecutionException::class.java, call::get).cause is ServerError)
                    }
                }
            }
            assertEquals(1, told.count { it.event == "events_left_out" }, "$told")
            assertFalse(told.any { it.event == "request" }, "$told")
        }
    }

    @Test
    fun `a listener that throws keeps no result away`() = serve(respond(200, json = ANALYSIS)).use { server ->
        val client = server.client { listener = EventListener { throw IllegalStateException("of no use") } }
        assertEquals("Renew sessions", runBlocking { client.scan("x") }.signal.pr.title)
    }

    @Test
    fun `a provider gives the key, anew for each call that needs one`() = serve(*Array(2) { respond(200, json = ANALYSIS) }).use { server ->
        val asked = AtomicInteger()
        val client = server.client {
            keyProvider = KeyProvider {
                asked.incrementAndGet()
                server.key().key
            }
        }
        runBlocking { client.scan("x") }
        client.scanBlocking("y")
        assertTrue(asked.get() >= 1)
        assertEquals(setOf("Bearer ${server.key().key}"), server.requests().map { it.header("authorization") }.toSet())
    }

    @Test
    fun `a provider that throws ends the call, with the class of what it threw`() = serve().use { server ->
        val client = server.client { keyProvider = KeyProvider { throw IllegalStateException("ax_of_nobody") } }
        val error = assertThrows(ConfigurationError::class.java) { client.scanBlocking("x") }
        val told = error.stackTraceToString()
        assertTrue("java.lang.IllegalStateException" in told, told)
        assertFalse("ax_of_nobody" in told, told)
    }

    @Test
    fun `a key and what gives one are not given together`() {
        val error = assertThrows(ConfigurationError::class.java) {
            AxiomoClient {
                apiKey = "ax_of_nobody"
                keyProvider = KeyProvider { "ax_of_somebody" }
            }
        }
        assertTrue("give one of the two" in error.message.orEmpty(), error.message)
        assertFalse("ax_" in error.stackTraceToString())
        assertEquals(listOf(ErrorKind.CONFIGURATION, Sent.NO, true), listOf(error.kind, error.sent, error.isLocal))
    }

    @Test
    fun `a client that does something differently shares the rest`() = serve(respond(503), respond(200, json = ANALYSIS)).use { server ->
        val client = server.client()
        val other = client.withOptions(CallOptions { maxRetries = 0 })
        assertThrows(ServerError::class.java) { other.scanBlocking("x") }
        assertEquals("Renew sessions", client.scanBlocking("x").signal.pr.title)
        assertEquals(client.baseUrl, other.baseUrl)
        assertThrows(ConfigurationError::class.java) { client.withOptions(CallOptions { timeout = Duration.ofSeconds(-1) }) }
    }

    @Test
    fun `a clock that moves by hand moves what waits`() = serve(respond(503, """{"retry-after": "30"}"""), respond(200, json = ANALYSIS)).use { server ->
        val time = VirtualClock().apply { skipWaits() }
        val meta = server.client { clock = time }.scanBlocking("x").meta
        assertEquals(2, meta.attempts.size)
        assertEquals(listOf("retry_after"), time.waits().map { it.reason })
        assertTrue(time.elapsed >= Duration.ofSeconds(30), "${time.elapsed}")
    }

    @Test
    fun `the rate limit is known once it was told`() = serve().use { server ->
        val client = server.client()
        assertNull(client.rateLimit())
        assertThrows(NotFoundError::class.java) { client.scanBlocking("nothing") }
        assertEquals(60L, client.rateLimit()?.limit)
        assertTrue(client.rateLimiter.snapshot().own >= 1)
    }

    @Test
    fun `a webhook's signature is verified`() {
        val body = "Hello, World!".toByteArray()
        val signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        assertTrue(verifyWebhook("It's a Secret to Everybody", body, signature))
        assertFalse(verifyWebhook("It's a Secret to Everybody", body, signature.dropLast(1) + "8"))
        assertFalse(verifyWebhook("another", body, signature))
        assertFalse(verifyWebhook("another", body, null))
    }

    @Test
    fun `a script that is none is refused with what was expected`() = serve().use { server ->
        val error = assertThrows(MockServerError::class.java) { server.script("""[{"on": {}, "do": [{"respnd": {}}]}]""") }
        assertTrue("respond" in error.message.orEmpty(), error.message)
    }

    @Test
    fun `a request is one by where it is as well`() = serve(respond(200, json = ANALYSIS)).use { server ->
        server.client().analyzeBlocking(AnalyzeRequest(Provider.GITLAB, "group/part", "repo", 7))
        val body = server.requests().single().body.orEmpty()
        assertTrue("group/part" in body && "7" in body, body)
    }
}
