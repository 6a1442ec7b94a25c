package app.axiomo

import app.axiomo.testing.MockServer
import app.axiomo.testing.MockServerOptions
import java.time.Duration

/** A pull request that no repository stands for: what is answered is scripted. */
const val ADDRESS: String = "https://github.com/example/ledger/pull/1"

/** The answer to an analysis. */
const val ANALYSIS: String = """{"signal_id": "ax-example-ledger-1-0a1b2c3d", "signal_url": "https://axiomo.app/signal/x",
    "signal": {"version": "axiomo.signal.v1", "pr": {"title": "Renew sessions", "created_at": "2026-02-03T04:05:06Z"},
    "risk": {"level": "high", "score": 0.71}}}"""

/** A step of a script that answers nothing, ever. */
const val STALL: String = """{"wire": {"end": {"after": "nothing", "by": "stall"}}}"""

fun respond(status: Int, headers: String = "{}", json: String = "{}"): String =
    """{"respond": {"status": $status, "headers": $headers, "json": $json}}"""

/** A server that does this with the requests to come, one after another. */
fun serve(vararg steps: String, configure: MockServerOptions.() -> Unit = {}): MockServer =
    MockServer.start(configure).apply {
        if (steps.isNotEmpty()) script("""[{"on": {}, "do": [${steps.joinToString()}]}]""")
    }

/** A machine that is busy is no defect. */
private val PATIENCE = Duration.ofSeconds(30)

/** The journal shows that the client dropped its request. */
fun MockServer.awaitDropped() {
    awaitJournal(mapOf("event" to "gone"), timeout = PATIENCE)
    awaitJournal(mapOf("event" to "closed", "by" to "client"), timeout = PATIENCE)
}

fun MockServer.awaitRequest() {
    awaitJournal(mapOf("event" to "request"), timeout = PATIENCE)
}
