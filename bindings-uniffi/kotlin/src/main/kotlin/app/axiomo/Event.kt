package app.axiomo

import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonPrimitive

/** Is told what a client does. It may be called by several threads at once. */
public fun interface EventListener {
    /** Called after each event; it should return soon, since results may wait for it. */
    public fun onEvent(event: ClientEvent)
}

/** What a client tells while it works. */
public class ClientEvent internal constructor(
    /** What happened: `request`, `wait`, `retry`, `rate_limit`, and others in time. */
    public val event: String,
    /** How important it is: `error`, `warn`, `info`, `debug` or `trace`. */
    public val level: String,
    /**
     * What it tells, by name: times in milliseconds, counts, statuses, ids, as texts. Never a key, a token or an address.
     */
    public val fields: Map<String, String>,
) {
    override fun toString(): String = "axiomo $event $fields"
}

/** An event as the client writes it. */
@Serializable
internal class ToldEvent(
    val client: UInt,
    private val level: String,
    private val event: String,
    private val fields: Map<String, JsonPrimitive>,
    val number: Long = 0,
) {
    fun event() = ClientEvent(event, level, fields.mapValues { (_, value) -> value.content })
}
