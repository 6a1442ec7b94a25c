package app.axiomo

import app.axiomo.native.Bridge
import app.axiomo.native.NativeBatch
import app.axiomo.native.NativeClient
import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.asFlow

/**
 * A client of the Axiomo API, which turns a pull request into a Signal: who wrote it, what it wants, how risky it is and
 * why, where to look first. Connections and the rate limit are shared by all its calls, which any number of threads and
 * coroutines may make at once.
 *
 * ```
 * val analysis = AxiomoClient().analyze("https://github.com/owner/repo/pull/123")
 * println(analysis.signal.risk.level)
 * ```
 *
 * Each method is there three times: suspending, blocking (`…Blocking`), and with a future (`…Async`).
 */
public class AxiomoClient private constructor(
    private val native: NativeClient,
    private val number: UInt,
    /** The client that it was made from, whose key provider and listener are there as long as it is. */
    private val first: NativeClient,
) : AutoCloseable {
    private constructor(opened: Pair<NativeClient, UInt>) : this(opened.first, opened.second, opened.first)

    /**
     * A client as the options say, and where they are silent as the environment does. Nothing is sent.
     *
     * @throws ConfigurationError when a key, an address or an option is wrong.
     */
    @JvmOverloads
    public constructor(options: ClientOptions = ClientOptions()) : this(open(options))

    /**
     * A client as the options say: `AxiomoClient { maxRetries = 1 }`.
     *
     * @throws ConfigurationError when a key, an address or an option is wrong.
     */
    public constructor(configure: ClientOptions.() -> Unit) : this(ClientOptions(configure))

    /**
     * Analyses a pull request, by the address of its page. An analysis usually takes 10 to 30 seconds. When the coroutine
     * is cancelled the request is dropped at once.
     *
     * @throws AxiomoError of the class of its kind.
     */
    @JvmSynthetic
    public suspend fun analyze(url: String, options: CallOptions? = null): Analysis = analyze(AnalyzeRequest(url), options)

    /**
     * Analyses a pull request. When the coroutine is cancelled the request is dropped at once.
     *
     * @throws AxiomoError of the class of its kind.
     */
    @JvmSynthetic
    public suspend fun analyze(request: AnalyzeRequest, options: CallOptions? = null): Analysis =
        Analysis.of(Arrivals.call(beginAnalyze(request, options)))

    /**
     * Analyses a pull request, by the address of its page, and waits for it. When the thread is interrupted the request is
     * dropped, within 20 ms.
     *
     * @throws AxiomoError of the class of its kind.
     */
    @JvmOverloads
    @Throws(InterruptedException::class)
    public fun analyzeBlocking(url: String, options: CallOptions? = null): Analysis =
        analyzeBlocking(AnalyzeRequest(url), options)

    /**
     * Analyses a pull request, and waits for it. When the thread is interrupted the request is dropped, within 20 ms.
     *
     * @throws AxiomoError of the class of its kind.
     */
    @JvmOverloads
    @Throws(InterruptedException::class)
    public fun analyzeBlocking(request: AnalyzeRequest, options: CallOptions? = null): Analysis =
        Analysis.of(Caller.call(beginAnalyze(request, options)))

    /**
     * Begins to analyse a pull request, by the address of its page. The future fails with an [AxiomoError]; cancelling it
     * drops the request at once.
     */
    @JvmOverloads
    public fun analyzeAsync(url: String, options: CallOptions? = null): CompletableFuture<Analysis> =
        analyzeAsync(AnalyzeRequest(url), options)

    /** Begins to analyse a pull request. The future fails with an [AxiomoError]; cancelling it drops the request at once. */
    @JvmOverloads
    public fun analyzeAsync(request: AnalyzeRequest, options: CallOptions? = null): CompletableFuture<Analysis> =
        Arrivals.future(beginAnalyze(request, options), Analysis::of)

    /**
     * Retrieves a Signal that was made before, by its id. When the coroutine is cancelled the request is dropped at once.
     *
     * @throws AxiomoError of the class of its kind.
     */
    @JvmSynthetic
    public suspend fun scan(scanId: String, options: CallOptions? = null): Analysis =
        Analysis.of(Arrivals.call(beginScan(scanId, options)))

    /**
     * Retrieves a Signal that was made before, by its id, and waits for it. When the thread is interrupted the request is
     * dropped, within 20 ms.
     *
     * @throws AxiomoError of the class of its kind.
     */
    @JvmOverloads
    @Throws(InterruptedException::class)
    public fun scanBlocking(scanId: String, options: CallOptions? = null): Analysis =
        Analysis.of(Caller.call(beginScan(scanId, options)))

    /**
     * Begins to retrieve a Signal that was made before, by its id. The future fails with an [AxiomoError]; cancelling it
     * drops the request at once.
     */
    @JvmOverloads
    public fun scanAsync(scanId: String, options: CallOptions? = null): CompletableFuture<Analysis> =
        Arrivals.future(beginScan(scanId, options), Analysis::of)

    /**
     * Analyses many pull requests: as many at once as use the whole rate limit and do not trip it. The flow gives a result
     * or an error for each item, in the order in which they are done; it can be collected once. When its collector is
     * cancelled, what is under way is dropped.
     *
     * @throws ConfigurationError when an option is wrong.
     */
    @JvmSynthetic
    public fun analyzeMany(items: Iterable<AnalyzeRequest>, options: BatchOptions = BatchOptions()): Batch =
        Batch(batch(options, items), items.asFlow(), isSuspending = false)

    /**
     * Analyses many pull requests that come in time; each is asked for when there is room for it.
     *
     * @throws ConfigurationError when an option is wrong.
     */
    @JvmSynthetic
    public fun analyzeMany(items: Flow<AnalyzeRequest>, options: BatchOptions = BatchOptions()): Batch =
        Batch(batch(options, null), items, isSuspending = true)

    /**
     * Analyses many pull requests: as many at once as use the whole rate limit and do not trip it. Gives a result or an
     * error for each item, in the order in which they are done, to a single thread that goes through them once.
     *
     * @throws ConfigurationError when an option is wrong.
     */
    @JvmOverloads
    public fun analyzeManyBlocking(
        items: Iterable<AnalyzeRequest>,
        options: BatchOptions = BatchOptions(),
    ): BlockingBatch = BlockingBatch(batch(options, items), items.iterator())

    /** The rate limit as the service last told it; null before the first answer that tells it. */
    public fun rateLimit(): RateLimit? = readJson(native.rateLimit())

    /** What keeps this client's calls under the rate limit. */
    public val rateLimiter: RateLimiter get() = RateLimiter(native.rateLimiter())

    /** Where the service is. */
    public val baseUrl: String get() = native.baseUrl()

    /** Whether calls carry a key. */
    public val hasKey: Boolean get() = native.hasKey()

    /**
     * The same client with other options. It shares connections, the rate limit and its end with this one. A
     * [cancel][CallOptions.cancel] among them ends every call of it, beside the one that a call has itself.
     *
     * @throws ConfigurationError when an option is wrong, or this client was closed.
     */
    public fun withOptions(options: CallOptions): AxiomoClient {
        val settings = options.settings() ?: "{}"
        return AxiomoClient(refusing { native.withOptions(number, settings, options.cancel?.native) }, number, first)
    }

    /**
     * Ends its calls, with a [CancelledError], and those of the clients that were made from it. Calls that begin later fail
     * with a [ConfigurationError].
     */
    override fun close() {
        native.end()
    }

    /** What is no secret. */
    override fun toString(): String = "AxiomoClient(baseUrl=$baseUrl, hasKey=$hasKey)"

    private fun beginAnalyze(request: AnalyzeRequest, options: CallOptions?): (Bridge, UInt) -> Unit {
        val settings = options?.settings()
        return { bridge, call ->
            val cancel = options?.cancel?.native
            native.analyze(bridge, call, request.text, request.isAddress, null, settings, cancel)
        }
    }

    private fun beginScan(scanId: String, options: CallOptions?): (Bridge, UInt) -> Unit {
        val settings = options?.settings()
        return { bridge, call -> native.scan(bridge, call, scanId, settings, options?.cancel?.native) }
    }

    private fun batch(options: BatchOptions, items: Iterable<AnalyzeRequest>?): NativeBatch {
        val left = (items as? Collection)?.size?.toUInt()
        return refusing { native.analyzeMany(options.shape(), options.settings(), left, options.cancel?.native) }
    }

    private companion object {
        fun open(options: ClientOptions): Pair<NativeClient, UInt> {
            val number = Arrivals.number()
            val native = Library.loaded {
                val settings = options.clientSettings()
                refusing {
                    NativeClient.open(Arrivals.bridge, number, settings, options.rateLimiter?.native, options.clock?.native)
                }
            }
            Told.know(native, number, options.keyProvider, options.listener)
            return native to number
        }
    }
}
