// A gate in a pipeline: ends with 1 when a pull request is too risky, and with 2 when that cannot be known.
//
// java … GateKt https://github.com/owner/repo/pull/123 high

import app.axiomo.AxiomoClient
import app.axiomo.AxiomoError
import app.axiomo.RiskLevel
import kotlin.system.exitProcess

suspend fun main(arguments: Array<String>) {
    val limit = RiskLevel.of(arguments.getOrElse(1) { "high" })
    if (arguments.isEmpty() || !limit.isKnown) {
        System.err.println("usage: GateKt URL [${RiskLevel.known.joinToString("|")}]")
        exitProcess(2)
    }
    exitProcess(AxiomoClient().use { gate(it, arguments.first(), limit) })
}

/** What the pipeline's step ends with. */
suspend fun gate(client: AxiomoClient, url: String, limit: RiskLevel): Int {
    val signal = try {
        client.analyze(url).signal
    } catch (error: AxiomoError) {
        System.err.println("The risk cannot be known: ${error.message}")
        return 2
    }
    val level = signal.risk.level
    println("${level ?: "unknown"}: ${signal.pr.title}")
    for (driver in signal.risk.drivers.filter { it.contribution != null }) {
        println("  %.2f %s: %s".format(driver.contribution, driver.title, driver.detail))
    }
    // A level that is new is above all that are known, so that nothing passes because it is not understood.
    return if (level == null || level >= limit) 1 else 0
}
