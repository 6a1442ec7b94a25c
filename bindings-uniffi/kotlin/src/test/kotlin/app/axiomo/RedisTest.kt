package app.axiomo

import app.axiomo.testing.MockLimits
import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.time.Duration
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.abort
import org.junit.jupiter.api.Test

class RedisTest {
    /** Runs a block with the address of a Redis that keeps nothing. */
    private fun withRedis(block: (String) -> Unit) {
        val port = ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { it.localPort }
        val command = listOf("redis-server", "--bind", "127.0.0.1", "--port", "$port", "--save", "", "--appendonly", "no")
        val redis = try {
            ProcessBuilder(command).redirectErrorStream(true).start()
        } catch (_: IOException) {
            return abort("needs Redis: on Debian, apt-get install redis-server")
        }
        try {
            val lines = redis.inputStream.bufferedReader().lineSequence()
            assertTrue(lines.any { "Ready to accept connections" in it })
            block("redis://127.0.0.1:$port")
        } finally {
            redis.destroyForcibly().waitFor()
        }
    }

    @Test
    fun `limiters share what Redis keeps`() = withRedis { address ->
        serve().use { server ->
            server.setLimits(MockLimits(key = 8))
            val (first, second, third) = List(3) { RateLimiter.redis(address) }
            for ((limiter, count) in listOf(first to 5, second to 3)) {
                val client = server.client { rateLimiter = limiter }
                repeat(count) {
                    val error = assertThrows(NotFoundError::class.java) { client.scanBlocking("x") }
                    assertEquals(1, error.attempts.size)
                }
            }
            // Nothing was sent by this one, which knows that nothing is left.
            val client = server.client {
                rateLimiter = third
                maxWait = Duration.ofMillis(500)
            }
            val error = assertThrows(RateLimitError::class.java) { client.scanBlocking("x") }
            assertEquals(listOf(true, Sent.NO, 0), listOf(error.isLocal, error.sent, error.attempts.size))
            assertEquals(8, third.snapshot().limit)
            assertEquals(8, server.requests().size)
        }
    }
}
