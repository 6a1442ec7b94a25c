package app.axiomo

import kotlinx.serialization.KSerializer
import kotlinx.serialization.descriptors.PrimitiveKind
import kotlinx.serialization.descriptors.PrimitiveSerialDescriptor
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.encoding.Encoder

/** One of several values, of which the service may add others in time. */
public abstract class OpenEnum internal constructor(
    /** The value as the service writes it. */
    public val value: String,
) {
    /** Whether this version knows it. */
    public abstract val isKnown: Boolean

    /** Whether both are the same value of the same enum. */
    final override fun equals(other: Any?): Boolean =
        other is OpenEnum && other.javaClass == javaClass && other.value == value

    final override fun hashCode(): Int = value.hashCode()

    /** The value as the service writes it. */
    final override fun toString(): String = value
}

internal open class OpenEnumSerializer<T : OpenEnum>(name: String, private val of: (String) -> T) : KSerializer<T> {
    final override val descriptor = PrimitiveSerialDescriptor("app.axiomo.$name", PrimitiveKind.STRING)

    final override fun deserialize(decoder: Decoder): T = of(decoder.decodeString())

    final override fun serialize(encoder: Encoder, value: T) {
        encoder.encodeString(value.value)
    }
}
