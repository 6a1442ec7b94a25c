package app.axiomo

import java.time.DateTimeException
import java.time.Duration
import java.time.Instant
import kotlinx.serialization.KSerializer
import kotlinx.serialization.Serializable
import kotlinx.serialization.descriptors.PrimitiveKind
import kotlinx.serialization.descriptors.PrimitiveSerialDescriptor
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.encoding.Encoder
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonDecoder
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.longOrNull

/** What the client writes and reads itself. */
@PublishedApi
internal val json: Json = Json {
    ignoreUnknownKeys = true
    explicitNulls = false
    encodeDefaults = true
}

internal inline fun <reified T> readJson(text: String): T = json.decodeFromString<T>(text)

/** A length of time as the client writes it. */
internal typealias Milliseconds = @Serializable(MillisecondsSerializer::class) Duration

/** An instant as the API writes it. */
internal typealias Timestamp = @Serializable(TimestampSerializer::class) Instant

/** A number of things, of which the service may tell more than fit: then there are as many as do. */
internal typealias Count = @Serializable(CountSerializer::class) Long

internal val Duration.milliseconds: Double get() = seconds * 1e3 + nano / 1e6

/** So many milliseconds, to the nanosecond. */
internal fun ofMilliseconds(milliseconds: Double): Duration = Duration.ofNanos(Math.round(milliseconds * 1e6))

internal object CountSerializer : KSerializer<Long> {
    override val descriptor = PrimitiveSerialDescriptor("app.axiomo.Count", PrimitiveKind.LONG)

    override fun deserialize(decoder: Decoder): Long =
        (decoder as JsonDecoder).decodeJsonElement().jsonPrimitive.run { longOrNull ?: Long.MAX_VALUE }

    override fun serialize(encoder: Encoder, value: Long) {
        encoder.encodeLong(value)
    }
}

internal object MillisecondsSerializer : KSerializer<Duration> {
    override val descriptor = PrimitiveSerialDescriptor("app.axiomo.Milliseconds", PrimitiveKind.DOUBLE)

    override fun deserialize(decoder: Decoder): Duration = ofMilliseconds(decoder.decodeDouble())

    override fun serialize(encoder: Encoder, value: Duration) {
        val milliseconds = value.milliseconds
        if (milliseconds % 1 == 0.0) encoder.encodeLong(milliseconds.toLong()) else encoder.encodeDouble(milliseconds)
    }
}

internal object TimestampSerializer : KSerializer<Instant> {
    override val descriptor = PrimitiveSerialDescriptor("app.axiomo.Timestamp", PrimitiveKind.STRING)

    override fun deserialize(decoder: Decoder): Instant {
        val text = decoder.decodeString()
        return try {
            Instant.parse(text)
        } catch (problem: DateTimeException) {
            throw kotlinx.serialization.SerializationException("$text is no instant", problem)
        }
    }

    override fun serialize(encoder: Encoder, value: Instant) {
        encoder.encodeString(value.toString())
    }
}
