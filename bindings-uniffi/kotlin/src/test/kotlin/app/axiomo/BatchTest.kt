package app.axiomo

import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlin.concurrent.thread
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class BatchTest {
    private fun requests(range: IntRange) = range.map { AnalyzeRequest("https://github.com/o/r/pull/$it") }

    @Test
    fun `two hundred items come with no refusal, in virtual time`() = serve(*Array(200) { respond(200, json = ANALYSIS) }) {
        virtualTime = true
    }.use { server ->
        val client = server.client { timeout = Duration.ofHours(1) }
        val batch = client.analyzeMany(requests(1..200), BatchOptions { isOrdered = true })
        val items = runBlocking { batch.toList() }
        assertEquals((0..199).toList(), items.map { it.index })
        assertEquals("https://github.com/o/r/pull/7", items[6].request.toString())
        assertTrue(items.all { it.result().signal.risk.level == RiskLevel.HIGH })
        assertTrue(server.elapsed() > Duration.ofMinutes(2), "${server.elapsed()}")
        assertEquals(200, batch.progress().done)
        assertEquals(0, server.journal().count { it.status == 429 })
    }

    @Test
    fun `each item has its own error, and one that repeats another names it`() = serve(
        respond(404, json = """{"error": {"code": "not_found", "message": "There is no such pull request."}}"""),
        respond(200, json = ANALYSIS),
    ).use { server ->
        val items = listOf(AnalyzeRequest(ADDRESS), AnalyzeRequest("nonsense"), AnalyzeRequest("https://github.com/o/r/pull/2"), AnalyzeRequest(ADDRESS))
        val options = BatchOptions {
            isOrdered = true
            concurrency = 1
        }
        val results = runBlocking { server.client().analyzeMany(items, options).toList() }
        assertTrue(results[0].error is NotFoundError)
        assertTrue(results[1].error is InvalidRequestError)
        assertNull(results[2].error)
        assertEquals(0, results[3].repeats)
        assertThrows(NotFoundError::class.java, results[0]::result)
        assertThrows(IllegalStateException::class.java, results[3]::result)
    }

    @Test
    fun `a flow is asked for items as they are wanted, and its failure is the batch's`() = serve(*Array(3) { respond(200, json = ANALYSIS) }).use { server ->
        val failure = IllegalArgumentException("the list ended early")
        val items = flow {
            requests(1..3).forEach { emit(it) }
            throw failure
        }
        val seen = mutableListOf<BatchItem>()
        val thrown = assertThrows(IllegalArgumentException::class.java) {
            runBlocking { server.client().analyzeMany(items).collect { seen.add(it) } }
        }
        assertEquals("the list ended early", thrown.message)
        assertEquals(3, seen.size)
    }

    @Test
    fun `one that is not collected to its end asks for nothing more`() = serve(*Array(4) { respond(200, json = ANALYSIS) }).use { server ->
        val batch = server.client().analyzeMany(requests(1..4), BatchOptions { concurrency = 1 })
        assertSame(RiskLevel.HIGH, runBlocking { batch.first() }.result().signal.risk.level)
        assertEquals(1, server.requests().size)
    }

    @Test
    fun `it is collected once`() = serve(respond(200, json = ANALYSIS)).use { server ->
        val batch = server.client().analyzeMany(requests(1..1))
        runBlocking { batch.toList() }
        assertThrows(IllegalStateException::class.java) { runBlocking { batch.toList() } }
    }

    @Test
    fun `closing what a thread goes through drops what is under way`() = serve(respond(200, json = ANALYSIS), STALL, STALL, STALL).use { server ->
        val batch = server.client().analyzeManyBlocking(requests(1..4))
        val results = CompletableFuture.supplyAsync { batch.toList() }
        server.awaitJournal(mapOf("event" to "request"), count = 4)
        batch.close()
        server.awaitJournal(mapOf("event" to "gone"), count = 3)
        val errors = results.get().map { it.error }
        assertEquals(listOf(null, CancelledError::class, CancelledError::class, CancelledError::class), errors.map { it?.let { it::class } })
        assertEquals(4, batch.progress().done)
    }

    @Test
    fun `interrupting a thread that goes through a batch drops what is under way`() = serve(STALL).use { server ->
        val batch = server.client().analyzeManyBlocking(requests(1..1))
        val thrown = CompletableFuture<Throwable?>()
        val caller = thread { thrown.complete(runCatching { batch.toList() }.exceptionOrNull()) }
        server.awaitRequest()
        caller.interrupt()
        server.awaitDropped()
        assertTrue(thrown.get() is InterruptedException, "${thrown.get()}")
    }

    @Test
    fun `a wrong option is refused before anything is asked for`() = serve().use { server ->
        val error = assertThrows(ConfigurationError::class.java) {
            server.client().analyzeMany(requests(1..1), BatchOptions { concurrency = -1 })
        }
        assertTrue("concurrency" in error.message.orEmpty(), error.message)
    }

    @Test
    fun `operators of flows work on it`() = serve(*Array(2) { respond(200, json = ANALYSIS) }).use { server ->
        val levels = runBlocking { server.client().analyzeMany(requests(1..2)).map { it.result().signal.risk.level }.take(2).toList() }
        assertEquals(listOf(RiskLevel.HIGH, RiskLevel.HIGH), levels)
    }
}
