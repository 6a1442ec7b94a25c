import app.axiomo.RiskLevel
import app.axiomo.testing.MockServer
import java.time.Duration
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class GateTest {
    private val signal = """{"version": "axiomo.signal.v1", "pr": {"title": "Renew sessions"}, "risk": {"level": "high"}}"""

    @Test
    fun `ten minutes at the rate limit take no time`() = MockServer.start { virtualTime = true }.use { server ->
        val refused = """{"respond": {"status": 429, "headers": {"retry-after": "600"}}}"""
        val answered = """{"respond": {"status": 200, "headers": {}, "json": $signal}}"""
        server.script("""[{"on": {}, "do": [$refused, $answered]}]""")
        val client = server.client {
            maxWait = Duration.ofMinutes(15)
            timeout = Duration.ofMinutes(30)
        }
        val exitCode = runBlocking { gate(client, "https://github.com/owner/repo/pull/123", RiskLevel.HIGH) }
        assertEquals(1, exitCode)
        assertTrue(server.elapsed() >= Duration.ofMinutes(10))
    }

    @Test
    fun `what is not found does not pass`() = MockServer.start().use { server ->
        val exitCode = runBlocking { gate(server.client(), "https://github.com/owner/none/pull/1", RiskLevel.HIGH) }
        assertEquals(2, exitCode)
    }
}
