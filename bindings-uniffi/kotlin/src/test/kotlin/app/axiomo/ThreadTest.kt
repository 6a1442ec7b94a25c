package app.axiomo

import kotlin.concurrent.thread
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** A program whose threads end one after the other, so that the system knows the next by what it knew the last by. */
object OneAfterTheOther {
    @JvmStatic
    fun main(arguments: Array<String>) = repeat(4) {
        thread {
            AxiomoClient { baseUrl = arguments[0]; anonymous = true }.use { println(it.scanBlocking("x").signal.risk.level?.value) }
        }.join()
    }
}

class ThreadTest {
    @Test
    fun `the thread that loads the library may end before others use it`() = serve(*Array(4) { respond(200, json = ANALYSIS) }).use { server ->
        val java = ProcessHandle.current().info().command().get()
        val classes = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
        val library = "-Djna.library.path=${System.getProperty("jna.library.path")}"
        // The library is loaded once in a process, and in this one it may be already.
        val program = ProcessBuilder(java, "-cp", classes, library, OneAfterTheOther::class.java.name, server.baseUrl)
            .redirectErrorStream(true)
            .start()
        assertEquals("high\n".repeat(4), program.inputStream.bufferedReader().readText())
        assertEquals(0, program.waitFor())
    }
}
