package app.axiomo

import java.time.Instant
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class ModelTest {
    @Test
    fun `a text that was kept reads as it did`() {
        val analysis = Analysis.fromJson(ANALYSIS)
        assertEquals(ANALYSIS, analysis.raw)
        assertEquals("ax-example-ledger-1-0a1b2c3d", analysis.signalId)
        assertEquals(Instant.parse("2026-02-03T04:05:06Z"), analysis.signal.pr.created_at)
        assertEquals(0.71, analysis.signal.risk.score)
        assertNull(analysis.meta.status)
        assertEquals(Analysis.fromJson(analysis.toJson()), analysis)
        assertEquals(Analysis.fromJson(ANALYSIS).signal, analysis.signal)
    }

    @Test
    fun `sections that are not there can be read`() {
        val signal = Analysis.fromJson("""{"signal": {"version": "axiomo.signal.v1"}}""").signal
        assertNull(signal.risk.level)
        assertNull(signal.intent)
        assertTrue(signal.focus.files.isEmpty() && signal.contributors.isEmpty())
    }

    @Test
    fun `what cannot be read is absent and named`() {
        val analysis = Analysis.fromJson("""{"signal": {"risk": {"level": 5, "score": "0.5", "drivers": null}}}""")
        assertNull(analysis.signal.risk.level)
        assertTrue("signal.risk.level" in analysis.meta.decodeWarnings, "${analysis.meta.decodeWarnings}")
    }

    @Test
    fun `what is not known is kept`() {
        val text = """{"signal": {"risk": {"level": "cosmic", "heat": {"degrees": 9007199254740993}}}, "more": 1}"""
        val analysis = Analysis.fromJson(text)
        val level = analysis.signal.risk.level!!
        assertEquals("cosmic", level.value)
        assertFalse(level.isKnown)
        assertTrue(level > RiskLevel.CRITICAL)
        assertEquals(JsonPrimitive(9007199254740993), analysis.extra("signal.risk").getValue("heat").jsonObject["degrees"])
        assertEquals(setOf("more"), analysis.extra().keys)
        assertTrue(analysis.extra("signal.nowhere").isEmpty())
    }

    @Test
    fun `values that are known are the same objects, in their order`() {
        assertSame(RiskLevel.HIGH, RiskLevel.of("high"))
        assertTrue(RiskLevel.LOW < RiskLevel.MEDIUM)
        assertEquals(listOf("low", "medium", "high", "critical"), RiskLevel.known.map { it.value })
        assertEquals(RiskLevel.of("new"), RiskLevel.of("new"))
        assertNotEquals(RiskLevel.of("new"), RiskLevel.of("newer"))
    }

    @Test
    fun `a count that does not fit is as much as fits`() {
        val text = """{"signal": {"pr": {"additions": 18446744073709551615, "deletions": 3}}}"""
        val pr = Analysis.fromJson(text).signal.pr
        assertEquals(listOf(Long.MAX_VALUE, 3L), listOf(pr.additions, pr.deletions))
    }

    @Test
    fun `what is no analysis is refused`() {
        for (text in listOf("", "[]", "{}", """{"signal": 5}""", "nonsense")) {
            assertThrows(DecodeError::class.java, { Analysis.fromJson(text) }, text)
        }
    }

    @Test
    fun `a Signal is written as it was read`() {
        val signal = Analysis.fromJson(ANALYSIS).signal
        assertEquals(signal, Json.decodeFromString<Signal>(Json.encodeToString(Signal.serializer(), signal)))
    }
}
