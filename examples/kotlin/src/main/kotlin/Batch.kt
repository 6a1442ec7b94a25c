// Scores pull requests, an address a line on stdin, and says how far it is.
//
// java … BatchKt < pull-requests.txt > risks.csv

import app.axiomo.AnalyzeRequest
import app.axiomo.AxiomoClient
import kotlin.system.exitProcess
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.flowOn

suspend fun main() {
    val requests = generateSequence(::readLine).map { AnalyzeRequest(it) }.asFlow().flowOn(Dispatchers.IO)
    val failed = AxiomoClient().use { client ->
        val batch = client.analyzeMany(requests)
        batch.collect { item ->
            // The pull request was there before, with its result.
            if (item.repeats != null) return@collect
            val risk = item.analysis?.signal?.risk
            println(listOf(item.request, risk?.level, risk?.score, item.error?.message).joinToString(",") { "${it ?: ""}" })
            val progress = batch.progress()
            val left = progress.eta?.let { ", about ${it.toMinutes() + 1} min left" }.orEmpty()
            System.err.print("\r${progress.done} done, ${progress.waiting} waiting$left ")
        }
        System.err.println()
        batch.progress().failed
    }
    exitProcess(if (failed > 0) 1 else 0)
}
