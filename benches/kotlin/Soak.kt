// 100,000 calls, half of which fail or are cancelled: what they leave behind, as JSON. It takes the address of a server that
// answers analyses at once, such as `axiomo-benches serve`. The heap has its size from the start, since a JVM would rather take
// more memory than collect what is garbage.
//
// java -Xms64m -Xmx64m -XX:+AlwaysPreTouch -Djna.library.path=target/release -cp 'target/kotlin/benches/classes:target/kotlin/benches/libraries/*' SoakKt URL

import app.axiomo.AxiomoClient
import app.axiomo.AxiomoError
import app.axiomo.Pacing
import java.io.File
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

private const val CALLS = 100_000
private const val SETTLED = 20_000
private const val AT_ONCE = 64

private val fine = AtomicInteger()
private val failed = AtomicInteger()
private val cancelled = AtomicInteger()

private suspend fun call(client: AxiomoClient, number: Int) {
    when (number % 4) {
        // It fails before it is sent.
        1 -> try {
            client.analyze("nonsense")
        } catch (_: AxiomoError) {
            failed.incrementAndGet()
        }
        3 -> coroutineScope {
            val job = launch { client.analyze(PULL_REQUEST) }
            // At once, or when the request may be on its way.
            if (number % 8 == 3) kotlinx.coroutines.yield()
            job.cancel()
            job.join()
            (if (job.isCancelled) cancelled else fine).incrementAndGet()
        }
        else -> {
            check(client.analyze(PULL_REQUEST).signal.risk.level?.value == "high")
            fine.incrementAndGet()
        }
    }
}

private class Left(val rssMib: Double, val heapMib: Double, val threads: Int, val descriptors: Int) {
    override fun toString(): String =
        """{"rss_mib": $rssMib, "heap_mib": $heapMib, "threads": $threads, "descriptors": $descriptors}"""
}

private fun measured(client: AxiomoClient, from: Int, until: Int): Left {
    val next = AtomicInteger(from)
    runBlocking(Dispatchers.Default) {
        List(AT_ONCE) {
            launch {
                while (true) call(client, next.getAndIncrement().takeIf { it < until } ?: break)
            }
        }.joinAll()
    }
    repeat(5) {
        System.gc()
        System.runFinalization()
    }
    fun status(name: String) = File("/proc/self/status").readLines().first { it.startsWith(name) }.filter(Char::isDigit).toInt()
    val runtime = Runtime.getRuntime()
    val heap = (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0
    return Left(status("VmRSS") / 1024.0, heap, status("Threads"), File("/proc/self/fd").list()!!.size)
}

fun main(arguments: Array<String>) {
    val client = AxiomoClient {
        apiKey = KEY
        baseUrl = arguments.single()
        pacing = Pacing.OFF
    }
    val before = measured(client, 0, SETTLED)
    val after = measured(client, SETTLED, CALLS)
    println(
        """{"calls": $CALLS, "outcomes": {"fine": $fine, "failed": $failed, "cancelled": $cancelled}, "before": $before, """ +
            """"after": $after, "growth_mib": ${after.rssMib - before.rssMib}, "heap_growth_mib": ${after.heapMib - before.heapMib}}""",
    )
    System.exit(0)
}
