// Makes calls with one client and prints what they took, as JSON. `cargo xtask bench --kotlin` runs it.

import app.axiomo.AxiomoClient
import app.axiomo.Pacing
import com.fasterxml.jackson.databind.ObjectMapper
import java.io.IOException
import java.lang.management.ManagementFactory
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.util.concurrent.ConcurrentLinkedQueue
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.future.await
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

const val PULL_REQUEST: String = "https://github.com/example/ledger/pull/4127"
const val KEY: String = "ax_0000000000000000000000000000000000"
private const val AT_ONCE = 64

/** A client, by which each call gives the risk's level, so that the answer was read. */
private interface Client {
    fun block(): String

    suspend fun suspend(): String
}

private class Ours(baseUrl: String) : Client {
    private val client = AxiomoClient {
        apiKey = KEY
        this.baseUrl = baseUrl
        pacing = Pacing.OFF
    }

    override fun block(): String = client.analyzeBlocking(PULL_REQUEST).signal.risk.level!!.value

    override suspend fun suspend(): String = client.analyze(PULL_REQUEST).signal.risk.level!!.value
}

/** What the JDK has, with Jackson. */
private class Theirs(baseUrl: String) : Client {
    private val http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
    private val json = ObjectMapper()
    private val url = URI.create("$baseUrl/analyze")

    private fun request(): HttpRequest = HttpRequest.newBuilder(url)
        .header("Authorization", "Bearer $KEY").header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(mapOf("url" to PULL_REQUEST)))).build()

    private fun level(answer: HttpResponse<ByteArray>): String =
        json.readTree(answer.body())["signal"]["risk"]["level"].textValue()

    override fun block(): String = level(http.send(request(), HttpResponse.BodyHandlers.ofByteArray()))

    override suspend fun suspend(): String {
        while (true) {
            try {
                return level(http.sendAsync(request(), HttpResponse.BodyHandlers.ofByteArray()).await())
            } catch (_: IOException) {
                // An answer that comes before the JDK's client has left its pool of idle connections counts for it as
                // bytes that nobody asked for, and it closes the connection: one call of some ten thousand.
            }
        }
    }
}

private inline fun timed(count: Int, took: MutableCollection<Double>, call: () -> String) {
    repeat(count) {
        val began = System.nanoTime()
        check(call() == "high") { "another answer" }
        took.add((System.nanoTime() - began) / 1e3)
    }
}

private fun all(client: Client, mode: String, count: Int, took: MutableCollection<Double>) {
    when (mode) {
        "sequential" -> timed(count, took) { client.block() }
        "sequential, suspending" -> runBlocking(Dispatchers.Default) { timed(count, took) { client.suspend() } }
        else -> runBlocking(Dispatchers.Default) {
            List(AT_ONCE) { launch { timed(count / AT_ONCE, took) { client.suspend() } } }.joinAll()
        }
    }
}

fun main(arguments: Array<String>) {
    val (mode, name, baseUrl, count) = arguments
    val client = if (name == "axiomo") Ours(baseUrl) else Theirs(baseUrl)
    // Until what is called often is compiled.
    all(client, mode, count.toInt() * 2, ConcurrentLinkedQueue())
    val took = ConcurrentLinkedQueue<Double>()
    val process = ManagementFactory.getOperatingSystemMXBean() as com.sun.management.OperatingSystemMXBean
    val cpu = process.processCpuTime
    val began = System.nanoTime()
    all(client, mode, count.toInt(), took)
    val seconds = (System.nanoTime() - began) / 1e9
    val cpuUs = (process.processCpuTime - cpu) / 1e3 / took.size
    val sorted = took.sorted()
    println(
        """{"median_us": ${sorted[sorted.size / 2]}, "p99_us": ${sorted[sorted.size * 99 / 100]}, """ +
            """"cpu_us": $cpuUs, "per_second": ${sorted.size / seconds}}""",
    )
    System.exit(0)
}
