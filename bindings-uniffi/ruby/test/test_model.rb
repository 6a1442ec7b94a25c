# frozen_string_literal: true

require_relative "support"

class TestModel < Minitest::Test
  include Support

  TEXT = JSON.generate(ANALYSIS)

  def test_a_text_that_was_kept_reads_as_it_did
    analysis = Axiomo::Analysis.from_json(TEXT)
    assert_equal([TEXT, "ax-example-ledger-1-0a1b2c3d"], [analysis.raw, analysis.signal_id])
    assert_equal(Time.utc(2026, 2, 3, 4, 5, 6), analysis.signal.pr.created_at)
    assert_nil(analysis.meta.status)
    assert_equal(Axiomo::Analysis.from_json(analysis.to_json), analysis)
    assert_equal(Axiomo::Analysis.from_json(TEXT).signal, analysis.signal)
    assert_equal(1, [analysis.signal, Axiomo::Analysis.from_json(TEXT).signal].uniq.size)
    refute_equal(analysis.signal.risk, analysis.signal.pr)
  end

  def test_sections_that_are_not_there_can_be_read
    signal = Axiomo::Analysis.from_json('{"signal": {"version": "axiomo.signal.v1"}}').signal
    assert_nil(signal.risk.level)
    assert_nil(signal.intent)
    assert_equal([[], []], [signal.focus.files, signal.contributors])
    refute_includes(signal.inspect, "nil")
  end

  def test_sections_are_what_came_each_and_all
    told = { "version" => "axiomo.signal.v1", "intent" => { "goal" => "Vérifie ☂" }, "risk" => { "level" => "Ω\n" } }
    signal = Axiomo::Analysis.from_json(JSON.generate(signal: told)).signal
    assert_equal("Ω\n", signal.risk.level.to_s)
    assert_equal("Vérifie ☂", signal.intent.goal)
    assert_equal(%w[version contributors intent risk], signal.to_h.keys)
    assert_equal(told["intent"]["goal"], signal.to_h.dig("intent", "goal"))
    assert_equal(signal.to_h, JSON.parse(signal.to_json))
    assert_same(signal.risk, signal.risk)
  end

  def test_what_cannot_be_read_is_absent_and_named
    analysis = Axiomo::Analysis.from_json('{"signal": {"risk": {"level": 5, "score": "0.5", "drivers": null}}}')
    assert_nil(analysis.signal.risk.level)
    assert_includes(analysis.meta.decode_warnings, "signal.risk.level")
  end

  def test_what_is_not_known_is_kept
    text = '{"signal": {"risk": {"level": "cosmic", "heat": {"degrees": 18446744073709551617}}}, "more": 1}'
    analysis = Axiomo::Analysis.from_json(text)
    level = analysis.signal.risk.level
    assert_equal(["cosmic", false], [level.to_s, level.known?])
    assert_operator(level, :>, Axiomo::RiskLevel::CRITICAL)
    assert_equal({ "heat" => { "degrees" => 18_446_744_073_709_551_617 } }, analysis.extra("signal.risk"))
    assert_equal({ "more" => 1 }, analysis.extra)
    assert_empty(analysis.extra("signal.nowhere"))
  end

  def test_values_have_their_order_and_are_equal_to_their_texts
    level = Axiomo::RiskLevel::HIGH
    assert_same(level, Axiomo::RiskLevel.of("high"))
    assert_same(level, Axiomo::RiskLevel[:high])
    assert_equal(%w[low medium high critical], Axiomo::RiskLevel.known.map(&:to_s))
    assert(level == "high" && "high" == level && level >= "medium" && level < Axiomo::RiskLevel::CRITICAL)
    refute_equal(Axiomo::RiskLevel.of("new"), Axiomo::RiskLevel.of("newer"))
    refute_equal(Axiomo::RiskLevel::LOW, Axiomo::TrustLevel::LOW)
    assert_raises(ArgumentError) { level < Axiomo::TrustLevel::LOW }
    assert_equal('"high"', JSON.generate(level))
    assert_equal(:high, level.to_sym)
  end

  def test_patterns_match_what_is_there
    case Axiomo::Analysis.from_json(TEXT)
    in { signal: { risk: { level: "low" } } } then flunk
    in { signal: { risk: { level: "high", score: 0.7.. => score }, pr: { title: } } }
      assert_equal([0.71, "Renew sessions"], [score, title])
    end
  end

  def test_what_is_no_analysis_is_refused
    ["", "[]", "{}", '{"signal": 5}', "nonsense"].each do |text|
      assert_raises(Axiomo::DecodeError, text) { Axiomo::Analysis.from_json(text) }
    end
  end
end
