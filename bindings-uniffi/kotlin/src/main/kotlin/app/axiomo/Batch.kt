package app.axiomo

import app.axiomo.native.Arrival
import app.axiomo.native.NativeBatch
import java.util.concurrent.CancellationException
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicBoolean
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.AbstractFlow
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.launch

/** Analyses of many pull requests, to be collected once. */
@OptIn(ExperimentalCoroutinesApi::class)
public class Batch internal constructor(
    private val native: NativeBatch,
    private val items: Flow<AnalyzeRequest>,
    private val isSuspending: Boolean,
) : AbstractFlow<BatchItem>() {
    private val number = Arrivals.number()
    private val isBegun = AtomicBoolean()
    private val given = Given()

    /** What the source threw, which ends the batch. */
    @Volatile
    private var failure: Throwable? = null

    /** How far it is. */
    public fun progress(): BatchProgress = readJson(native.progress())

    override suspend fun collectSafely(collector: FlowCollector<BatchItem>) {
        check(isBegun.compareAndSet(false, true)) { "a batch is collected once; expected a new one from analyzeMany" }
        val demands = Channel<Unit>(Channel.UNLIMITED)
        Arrivals.feed(number, demands)
        try {
            coroutineScope {
                val giving = launch { give(demands) }
                while (true) {
                    val arrival = Arrivals.call { bridge, call -> native.next(bridge, call, number) }
                    if (arrival.kind == Kind.ENDED) break
                    collector.emit(given.item(arrival))
                }
                giving.cancel()
            }
        } finally {
            Arrivals.feed(number, null)
            native.drop()
        }
        failure?.let { throw it }
    }

    private suspend fun give(demands: ReceiveChannel<Unit>) {
        try {
            next(demands)
            items.collect { item ->
                given.add(item)
                native.push(item.text, item.isAddress)
                next(demands)
            }
        } catch (cancelled: CancellationException) {
            throw cancelled
        } catch (problem: Throwable) {
            failure = problem
        }
        native.end()
    }

    private suspend fun next(demands: ReceiveChannel<Unit>) {
        demands.receive()
        if (isSuspending) native.awaitSource()
    }
}

/** Analyses of many pull requests, for one thread to go through once. Closing it drops what is under way. */
public class BlockingBatch internal constructor(
    private val native: NativeBatch,
    private val items: Iterator<AnalyzeRequest>,
) : Iterable<BatchItem>, AutoCloseable {
    private val number = Arrivals.number()
    private val isBegun = AtomicBoolean()
    private val given = Given()
    private var failure: Throwable? = null

    /** How far it is. */
    public fun progress(): BatchProgress = readJson(native.progress())

    /** The results, as they come. The thread that asks for the next one waits for it; see `analyzeBlocking`. */
    override fun iterator(): Iterator<BatchItem> {
        check(isBegun.compareAndSet(false, true)) { "a batch is gone through once; expected a new one from analyzeManyBlocking" }
        return iterator {
            try {
                while (true) {
                    val arrival = Caller.call({ bridge, call -> native.next(bridge, call, number) }, ::feed)
                    if (arrival.kind == Kind.ENDED) break
                    yield(given.item(arrival))
                }
            } catch (interrupted: InterruptedException) {
                close()
                throw interrupted
            }
            failure?.let { throw it }
        }
    }

    private fun feed() {
        try {
            if (items.hasNext()) {
                val item = items.next()
                given.add(item)
                native.push(item.text, item.isAddress)
                return
            }
        } catch (problem: Throwable) {
            failure = problem
        }
        native.end()
    }

    override fun close() {
        native.drop()
    }
}

/** The items of a batch whose result was not taken yet. */
private class Given {
    private val waiting = ConcurrentHashMap<Int, AnalyzeRequest>()
    private var count = 0

    fun add(item: AnalyzeRequest) {
        waiting[count++] = item
    }

    fun item(arrival: Arrival): BatchItem {
        val index = arrival.first.toInt()
        val request = checkNotNull(waiting.remove(index)) { "an item's result came twice, which is a defect of axiomo" }
        if (arrival.kind == Kind.REPEATED) return BatchItem(index, request, null, null, arrival.second.toInt())
        return try {
            BatchItem(index, request, Analysis.of(arrival), null, null)
        } catch (error: AxiomoError) {
            BatchItem(index, request, null, error, null)
        }
    }
}
