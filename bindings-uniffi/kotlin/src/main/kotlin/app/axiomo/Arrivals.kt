package app.axiomo

import app.axiomo.native.Arrival
import app.axiomo.native.Bridge
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlin.coroutines.resume
import kotlinx.coroutines.channels.SendChannel
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Where the results of suspending calls and of futures arrive: one thread takes them, many at a time, and lets those who
 * wait for them go on.
 */
internal object Arrivals {
    private val calls = AtomicInteger()
    private val others = AtomicInteger()
    private val waiting = ConcurrentHashMap<UInt, (Arrival) -> Unit>()
    private val demands = ConcurrentHashMap<UInt, SendChannel<Unit>>()

    val bridge: Bridge by lazy { Bridge("kotlin") }

    private val listening: Thread by lazy {
        thread(isDaemon = true, name = "axiomo") {
            // Long, since whatever comes ends it.
            while (true) bridge.wait(3_600_000u).forEach(::deliver)
        }
    }

    /** Sees to it that somebody takes what arrives. */
    fun listen() {
        listening
    }

    /** A number for a client or a batch. */
    fun number(): UInt = others.incrementAndGet().toUInt()

    /** Has a batch's demands for items sent here, until it is null. */
    fun feed(batch: UInt, to: SendChannel<Unit>?) {
        if (to == null) demands.remove(batch) else demands[batch] = to
    }

    /** Makes a call, which is dropped when the coroutine is cancelled. */
    suspend fun call(begin: (Bridge, UInt) -> Unit): Arrival = suspendCancellableCoroutine { continuation ->
        val number = begun(begin) { continuation.resume(it) }
        continuation.invokeOnCancellation { drop(number) }
    }

    /** Makes a call, which is dropped when the future is cancelled. */
    fun <T> future(begin: (Bridge, UInt) -> Unit, read: (Arrival) -> T): CompletableFuture<T> {
        val future = CompletableFuture<T>()
        // Whatever depends on it must not hold up the thread that brings results.
        val number = begun(begin) { arrival -> future.completeAsync { read(arrival) } }
        future.whenComplete { _, problem -> if (problem is CancellationException) drop(number) }
        return future
    }

    private fun begun(begin: (Bridge, UInt) -> Unit, end: (Arrival) -> Unit): UInt {
        listen()
        Told.listen(bridge)
        val number = calls.incrementAndGet().toUInt()
        waiting[number] = end
        try {
            begin(bridge, number)
        } catch (problem: Throwable) {
            waiting.remove(number)
            throw problem
        }
        return number
    }

    private fun drop(number: UInt) {
        waiting.remove(number)
        bridge.abort(number)
    }

    private fun deliver(arrival: Arrival) {
        when (arrival.kind) {
            Kind.FEED -> demands[arrival.number]?.trySend(Unit)
            Kind.KEY -> Told.giveKey(bridge, arrival.number, arrival.first)
            Kind.EVENTS -> Told.tell(bridge)
            else -> waiting.remove(arrival.number)?.invoke(arrival)
        }
    }
}

/** As `core/src/background/bridge/arrival.rs` numbers them. */
internal object Kind {
    val ANALYSIS: UByte = 0u
    val FAILED: UByte = 1u
    val REPEATED: UByte = 3u
    val ENDED: UByte = 4u
    val FEED: UByte = 5u
    val KEY: UByte = 6u
    val EVENTS: UByte = 7u
}
