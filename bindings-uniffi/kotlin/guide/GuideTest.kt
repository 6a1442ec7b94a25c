import app.axiomo.testing.MockServer
import java.io.File
import java.util.concurrent.TimeUnit
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.TestFactory

/** Runs the programs of the documentation, each in a process of its own, against a server. */
class GuideTest {
    private val programs = File(System.getProperty("axiomo.programs")).list().orEmpty().map { it.removeSuffix(".kt") }
    private val signal = """{"version": "axiomo.signal.v1", "signal_id": "ax-example-ledger-4127-9c41f07b",
        "risk": {"level": "high", "score": 0.71}}"""

    @TestFactory
    fun programs(): List<DynamicTest> {
        assertTrue(programs.isNotEmpty())
        return programs.map { name -> dynamicTest(name) { run(name) } }
    }

    private fun run(name: String) = MockServer.start().use { server ->
        val answer = """{"respond": {"status": 200, "json": $signal}}"""
        val answers = List(20) { answer }.joinToString()
        server.script("""[{"on": {"path": "/api/scans/no-such-scan"}, "do": ["real"]}, {"on": {}, "do": [$answers]}]""")
        val java = File(System.getProperty("java.home"), "bin/java").path
        val library = "-Djna.library.path=${System.getProperty("jna.library.path")}"
        val output = File.createTempFile("axiomo", ".txt")
        val builder = ProcessBuilder(java, library, "-cp", System.getProperty("java.class.path"), name)
        builder.environment() += mapOf("AXIOMO_BASE_URL" to server.baseUrl, "AXIOMO_API_KEY" to server.key().key)
        val process = builder.redirectErrorStream(true).redirectOutput(output).start()
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it does not end")
        val printed = output.readText()
        assertEquals(0, process.exitValue(), printed)
        assertTrue(printed.isNotBlank(), "it prints nothing")
    }
}
