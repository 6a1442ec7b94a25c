package app.axiomo

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/** One item of a batch and what came of it: an analysis, an error, or that it repeats another. */
public class BatchItem internal constructor(
    /** Its place among the items, from 0. */
    public val index: Int,
    /** The item as it was given. */
    public val request: AnalyzeRequest,
    /** What the service made of it; null where there is an error, or the item repeats another. */
    public val analysis: Analysis?,
    /** Why there is no analysis. */
    public val error: AxiomoError?,
    /** The index of an item before that asked for the same, whose result is this one's as well. */
    public val repeats: Int?,
) {
    /**
     * The analysis.
     *
     * @throws AxiomoError where there is one instead.
     * @throws IllegalStateException where the item repeats another, which it names.
     */
    public fun result(): Analysis = analysis
        ?: throw error ?: IllegalStateException("item $index asks for the same as item $repeats; take the result of that one")

    override fun toString(): String = when {
        analysis != null -> "BatchItem($index, $request, $analysis)"
        error != null -> "BatchItem($index, $request, $error)"
        else -> "BatchItem($index, $request, repeats $repeats)"
    }
}

/** How far a batch is. */
@Serializable
@ConsistentCopyVisibility
public data class BatchProgress internal constructor(
    /** Items whose result was taken, failed ones included. */
    public val done: Int,
    /** Those of them that failed. */
    public val failed: Int,
    /** Items whose result was not taken yet; where the source does not say how many are left, at least so many. */
    public val waiting: Int,
    /** How long the rest takes about, by the quota and the mean time of an analysis; null where that is not known. */
    @SerialName("etaMs") public val eta: Milliseconds? = null,
)
