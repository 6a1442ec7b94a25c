package app.axiomo

import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class CancelTest {
    @Test
    fun `cancelling the job drops the request`() = serve(STALL).use { server ->
        val client = server.client()
        runBlocking(Dispatchers.Default) {
            val job = launch { client.analyze(ADDRESS) }
            server.awaitRequest()
            job.cancelAndJoin()
            assertTrue(job.isCancelled)
            server.awaitDropped()
        }
    }

    @Test
    fun `a coroutine that is cancelled ends with its own exception`() = serve(STALL).use { server ->
        val client = server.client()
        runBlocking(Dispatchers.Default) {
            val call = async { runCatching { client.scan("x") } }
            server.awaitRequest()
            val reason = CancellationException("no longer wanted")
            call.cancel(reason)
            assertEquals("no longer wanted", assertThrows(CancellationException::class.java) { runBlocking { call.await() } }.message)
        }
    }

    @Test
    fun `what is cancelled before it is made sends nothing`() = serve().use { server ->
        val client = server.client()
        runBlocking {
            val job = launch { client.scan("x") }
            job.cancelAndJoin()
        }
        val handle = CancelHandle().apply { cancel() }
        assertTrue(handle.isCancelled)
        assertThrows(CancelledError::class.java) { client.scanBlocking("x", CallOptions { cancel = handle }) }
        assertEquals(emptyList<Any>(), server.requests())
    }

    @Test
    fun `interrupting the thread drops the request of a blocking call`() = serve(STALL).use { server ->
        val client = server.client()
        val thrown = AtomicReference<Throwable>()
        val caller = thread {
            try {
                client.analyzeBlocking(ADDRESS)
            } catch (problem: Throwable) {
                thrown.set(problem)
            }
        }
        server.awaitRequest()
        caller.interrupt()
        server.awaitDropped()
        caller.join()
        assertTrue(thrown.get() is InterruptedException, "${thrown.get()}")
    }

    @Test
    fun `a caller that was interrupted makes the next call as ever`() = serve(STALL, respond(200, json = ANALYSIS)).use { server ->
        val client = server.client()
        val seen = CompletableFuture<String?>()
        val caller = thread {
            try {
                client.scanBlocking("a")
            } catch (_: InterruptedException) {
                seen.complete(client.scanBlocking("b").signalId)
            }
        }
        server.awaitRequest()
        caller.interrupt()
        assertEquals("ax-example-ledger-1-0a1b2c3d", seen.get())
    }

    @Test
    fun `cancelling the future drops the request`() = serve(STALL).use { server ->
        val call = server.client().analyzeAsync(ADDRESS)
        server.awaitRequest()
        assertTrue(call.cancel(true))
        server.awaitDropped()
    }

    @Test
    fun `a handle ends every call that has it, and tells what was tried`() = serve(STALL, STALL).use { server ->
        val client = server.client()
        val handle = CancelHandle()
        val calls = listOf(client.scanAsync("a", CallOptions { cancel = handle }), client.scanAsync("b", CallOptions { cancel = handle }))
        server.awaitJournal(mapOf("event" to "request"), count = 2)
        handle.cancel()
        for (call in calls) {
            val error = assertThrows(ExecutionException::class.java, call::get).cause as CancelledError
            assertEquals(ErrorKind.CANCELLED, error.kind)
            assertEquals(1, error.attempts.size)
            assertEquals(Sent.MAYBE, error.sent)
        }
        server.awaitJournal(mapOf("event" to "gone"), count = 2)
    }

    @Test
    fun `closing a client ends its calls, and those of the clients made from it`() = serve(STALL, STALL).use { server ->
        val client = server.client()
        val other = client.withOptions(CallOptions { maxRetries = 0 })
        val calls = listOf(client.scanAsync("a"), other.scanAsync("b"))
        server.awaitJournal(mapOf("event" to "request"), count = 2)
        client.close()
        client.close()
        for (call in calls) {
            assertTrue(assertThrows(ExecutionException::class.java, call::get).cause is CancelledError)
        }
        assertFalse(client.rateLimit()?.remaining == 0L)
    }

    @Test
    fun `a client that was closed begins nothing`() = serve().use { server ->
        val client = server.client()
        val other = client.withOptions(CallOptions { maxRetries = 0 })
        client.close()
        for (begin in listOf<() -> Any>(
            { client.scanBlocking("a") },
            { other.scanBlocking("b") },
            { runBlocking { client.analyze(ADDRESS) } },
            { client.analyzeMany(listOf(AnalyzeRequest(ADDRESS))) },
            { client.analyzeManyBlocking(listOf(AnalyzeRequest(ADDRESS))) },
            { client.withOptions(CallOptions()) },
        )) {
            val error = assertThrows(ConfigurationError::class.java) { begin() }
            assertTrue("the client was closed" in error.message.orEmpty(), error.message)
        }
        val late = assertThrows(ExecutionException::class.java, client.scanAsync("c")::get).cause
        assertTrue(late is ConfigurationError, "$late")
        assertEquals(emptyList<Any>(), server.requests())
    }

    @Test
    fun `a client's handle ends every call of it, beside the call's own`() = serve(STALL, STALL, STALL).use { server ->
        val client = server.client()
        val (ofClient, ofCall) = List(2) { CancelHandle() }
        val other = client.withOptions(CallOptions { cancel = ofClient })
        val calls = listOf(other.scanAsync("a"), other.scanAsync("b", CallOptions { cancel = ofCall }))
        val untouched = client.scanAsync("c")
        server.awaitJournal(mapOf("event" to "request"), count = 3)
        ofCall.cancel()
        assertTrue(assertThrows(ExecutionException::class.java, calls[1]::get).cause is CancelledError)
        assertFalse(calls[0].isDone)
        ofClient.cancel()
        assertTrue(assertThrows(ExecutionException::class.java, calls[0]::get).cause is CancelledError)
        assertThrows(CancelledError::class.java) { other.scanBlocking("late", CallOptions { cancel = CancelHandle() }) }
        assertTrue(untouched.cancel(true))
        assertEquals(3, server.requests().size)
    }

    @Test
    fun `cancelling the collector of a batch drops what is under way`() = serve(STALL, STALL, STALL, STALL).use { server ->
        val client = server.client()
        runBlocking(Dispatchers.Default) {
            val job = launch { client.analyzeMany((1..4).map { AnalyzeRequest("https://github.com/o/r/pull/$it") }).collect {} }
            server.awaitRequest()
            job.cancelAndJoin()
            server.awaitDropped()
        }
    }
}
