package app.axiomo

import app.axiomo.native.NativeRateLimiter
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/** Keeps calls under the rate limit of one user of the service. */
public class RateLimiter internal constructor(internal val native: NativeRateLimiter) {
    /**
     * One of this process's own.
     *
     * @param limit requests a minute.
     * @param pacing how requests are spread out. Default: [Pacing.EAGER].
     * @throws ConfigurationError when the limit is no number of requests.
     */
    @JvmOverloads
    public constructor(limit: Int = 60, pacing: Pacing? = null) : this(
        Library.loaded { refusing { NativeRateLimiter.limited(limit.toDouble(), pacing?.value) } },
    )

    /** What it knows now. */
    public fun snapshot(): RateLimiterSnapshot = readJson(native.snapshot())

    override fun toString(): String = "RateLimiter(${snapshot()})"

    public companion object {
        /** The one of this name, the same for the whole process. */
        @JvmStatic
        @JvmOverloads
        public fun shared(name: String, pacing: Pacing? = null): RateLimiter =
            RateLimiter(Library.loaded { refusing { NativeRateLimiter.shared(name, pacing?.value) } })

        /**
         * One whose quota is kept in Redis, for several processes. Connects when it is first needed.
         *
         * @throws ConfigurationError when the address is none.
         */
        @JvmStatic
        @JvmOverloads
        public fun redis(url: String, pacing: Pacing? = null): RateLimiter =
            RateLimiter(Library.loaded { refusing { NativeRateLimiter.redis(url, pacing?.value) } })
    }
}

/** What a rate limiter knows. */
@Serializable
@ConsistentCopyVisibility
public data class RateLimiterSnapshot internal constructor(
    /** Requests a window. */
    public val limit: Count,
    /** Those of this limiter that count now. */
    public val own: Count,
    /** Those of others that count now, as far as the service told. */
    public val others: Count,
    /** Calls that wait. */
    public val waiting: Count,
    /** How long nothing leaves, since the service refused a request; null when it did not. */
    @SerialName("pausedForMs") public val pausedFor: Milliseconds? = null,
    /** The rate limit as the service last told it; null before. */
    public val told: RateLimit? = null,
)
