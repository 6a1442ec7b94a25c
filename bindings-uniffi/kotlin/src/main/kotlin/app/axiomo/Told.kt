package app.axiomo

import app.axiomo.native.Bridge
import java.lang.ref.Cleaner
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ForkJoinPool
import java.util.concurrent.atomic.AtomicLong

/** Who is asked for keys and told of events, by the numbers of their clients. */
internal object Told {
    private val providers = ConcurrentHashMap<UInt, KeyProvider>()
    private val listeners = ConcurrentHashMap<UInt, EventListener>()
    private val heard = ConcurrentHashMap.newKeySet<Bridge>()
    private val last = AtomicLong()
    private val cleaner by lazy { Cleaner.create() }

    /** Knows them as long as the client is there. */
    fun know(client: Any, number: UInt, provider: KeyProvider?, listener: EventListener?) {
        if (provider == null && listener == null) return
        provider?.let { providers[number] = it }
        listener?.let { listeners[number] = it }
        cleaner.register(client) {
            providers.remove(number)
            listeners.remove(number)
        }
        if (provider != null) Arrivals.listen()
    }

    /** Wants events to come over a bridge when somebody listens to them, and none otherwise. */
    fun listen(bridge: Bridge) {
        if (listeners.isEmpty() && heard.isEmpty()) return
        val isWanted = listeners.isNotEmpty()
        val isChanged = if (isWanted) heard.add(bridge) else heard.remove(bridge)
        if (isChanged) bridge.want(if (isWanted) "trace" else null)
    }

    fun tell(bridge: Bridge) {
        for (told in readJson<List<ToldEvent>>(bridge.events())) {
            // What is of no client comes over every bridge, and concerns all of them.
            if (told.number != 0L && last.getAndUpdate { maxOf(it, told.number) } >= told.number) continue
            val concerned = if (told.client == 0u) listeners.values.distinct() else listOfNotNull(listeners[told.client])
            concerned.forEach { tell(it, told.event()) }
        }
    }

    private fun tell(listener: EventListener, event: ClientEvent) {
        try {
            listener.onEvent(event)
        } catch (problem: Exception) {
            // It must not keep results from those who wait for them.
            System.getLogger("axiomo").log(System.Logger.Level.WARNING, "a listener threw", problem)
        }
    }

    fun giveKey(bridge: Bridge, client: UInt, question: UInt) {
        // It may take its time, and must not hold up the thread that brings results.
        ForkJoinPool.commonPool().execute {
            try {
                val provider = providers[client]
                // One in Java may give null.
                val key: String? = provider?.key()
                val problem = if (provider == null) "nobody gives the key" else "the key provider gave null; expected a String"
                bridge.giveKey(question, key, problem)
            } catch (problem: Throwable) {
                // Its text may hold the key.
                bridge.giveKey(question, null, "what gives the key threw ${problem.javaClass.name}")
            }
        }
    }
}
