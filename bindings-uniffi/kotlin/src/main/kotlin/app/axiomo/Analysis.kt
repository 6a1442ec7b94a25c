package app.axiomo

import app.axiomo.native.Arrival
import app.axiomo.native.extraOf
import app.axiomo.native.readAnalysis
import kotlin.LazyThreadSafetyMode.PUBLICATION
import kotlinx.serialization.json.JsonObject

/** What the service made of a pull request, and how it was obtained. */
public class Analysis internal constructor(
    signal: String?,
    raw: String?,
    meta: String?,
    /** Names the Signal; opaque. Null only if the service names none. */
    public val signalId: String?,
    /** Where a person can read the Signal; opaque. Null where there is no such place. */
    public val signalUrl: String?,
) {
    /** The text as the service sent it. */
    public val raw: String = raw.orEmpty()

    /** The Signal: what this version knows of it, and could read. */
    public val signal: Signal by lazy(PUBLICATION) { readJson(signal ?: "{}") }

    /** How it was obtained. */
    public val meta: ResponseMeta by lazy(PUBLICATION) { readJson(meta ?: "{}") }

    /**
     * The members of a part that this version does not know, by name: of `signal`, `signal.risk`, `signal.focus.files[0]`.
     * Those of the envelope for an empty path.
     */
    @JvmOverloads
    public fun extra(path: String = ""): JsonObject = readJson(extraOf(raw, path))

    /** What the service sent: the same as [raw]. */
    public fun toJson(): String = raw

    /** Whether both hold the same text. */
    override fun equals(other: Any?): Boolean = other is Analysis && other.raw == raw

    override fun hashCode(): Int = raw.hashCode()

    override fun toString(): String = "Analysis(signalId=$signalId, signalUrl=$signalUrl, signal=$signal, meta=$meta)"

    public companion object {
        /**
         * Reads an analysis from its text, as [raw] gives it, whether in its envelope or bare. How it was obtained is not
         * known then.
         *
         * @throws DecodeError when the text is not one.
         */
        @JvmStatic
        public fun fromJson(text: String): Analysis {
            val parts = Library.loaded { refusing { readAnalysis(text) } }
            return Analysis(parts.signal, parts.raw, parts.meta, parts.signalId, parts.signalUrl)
        }

        /** The analysis that came, or throws the error that came. */
        internal fun of(arrival: Arrival): Analysis = when (arrival.kind) {
            Kind.ANALYSIS -> Analysis(arrival.one, arrival.two, arrival.three, arrival.four, arrival.five)
            Kind.FAILED -> throw axiomoError(arrival.one ?: "{}", readJson(arrival.two ?: "[]"))
            else -> error("the call was broken off: something panicked in it, which is a defect of axiomo")
        }
    }
}
