"""The Signal as Python has it."""

from __future__ import annotations

import copy
import gc
import io
import json
import pickle
import sys
import weakref
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

import axiomo
import pytest
from axiomo import Analysis, Risk, RiskDriver, RiskLevel, Signal, TrustLevel
from rich.console import Console
from rich.pretty import pretty_repr


@pytest.fixture
def signal(analysis_text: str) -> Signal:
    return Analysis.from_json(analysis_text).signal


def changed(text: str, **members: Any) -> Signal:
    """The Signal of a text with other members."""
    document = json.loads(text)
    document["signal"].update(members)
    return Signal.from_json(json.dumps(document["signal"]))


def test_every_field_is_what_the_text_says(signal: Signal, analysis_text: str) -> None:
    said = json.loads(analysis_text)["signal"]
    assert signal.to_dict() == said
    assert signal.pr.created_at == datetime(2026, 11, 19, 8, 42, 10, tzinfo=timezone.utc)
    assert signal.risk.score == said["risk"]["score"]
    assert [driver.id for driver in signal.risk.drivers] == [driver["id"] for driver in said["risk"]["drivers"]]
    assert signal.contributors[2].account_age_days is None


def test_a_section_is_made_once(signal: Signal) -> None:
    assert signal.risk is signal.risk
    assert signal.contributors is signal.contributors
    assert signal.risk.drivers[0] is signal.risk.drivers[0]


def test_the_collector_of_cycles_passes_over_what_was_received(analysis_text: str) -> None:
    gc.collect()
    before = len(gc.get_objects())
    signals = [Signal.from_json(analysis_text) for _ in range(20)]
    levels = [signal.to_dict()["risk"]["level"] for signal in signals]
    assert len(gc.get_objects()) - before < 20, "no part of a Signal is one that it looks at"
    driver = weakref.ref(signals[0].risk.drivers[0])
    assert driver() is not None
    del signals
    assert driver() is None, "what is not in use is freed without it"
    assert levels == ["high"] * 20


def test_what_was_received_is_kept(analysis_text: str) -> None:
    analysis = Analysis.from_json(analysis_text)
    assert analysis.raw == analysis.to_json() == analysis_text
    assert json.loads(analysis.signal.raw) == json.loads(analysis_text)["signal"]
    assert analysis.signal.raw in analysis_text
    odd = '{ "signal":{"risk" : {"level":"high","score":0.50},"x":[1 ,2]} }'
    assert Signal.from_json(odd).to_json() == '{"risk" : {"level":"high","score":0.50},"x":[1 ,2]}'


def test_what_is_unknown_can_be_reached(analysis_text: str) -> None:
    document = json.loads(analysis_text)
    document["later"] = 1
    document["signal"]["news"] = {"a": [9007199254740993]}
    document["signal"]["risk"]["more"] = "x"
    document["signal"]["risk"]["drivers"][1]["odd"] = None
    analysis = Analysis.from_json(json.dumps(document))
    assert analysis.extra == {"later": 1}
    assert analysis.signal.extra == {"news": {"a": [9007199254740993]}}
    assert analysis.signal.risk.extra == {"more": "x"}
    assert [driver.extra for driver in analysis.signal.risk.drivers][:2] == [{}, {"odd": None}]


def test_a_value_that_is_unknown_is_kept_and_has_no_place_on_its_scale(analysis_text: str) -> None:
    level = changed(analysis_text, risk={"level": "molten"}).risk.level
    assert level == "molten" and isinstance(level, RiskLevel) and not level.is_known
    assert repr(level) == "RiskLevel('molten')" and level.rank is None
    with pytest.raises(TypeError, match="'molten' has no place on the scale of RiskLevel"):
        assert level < RiskLevel.HIGH


def test_a_value_is_a_text_with_a_place_on_its_scale() -> None:
    assert RiskLevel("high") is RiskLevel.HIGH
    assert isinstance(RiskLevel.HIGH, str) and RiskLevel.HIGH == "high" and f"{RiskLevel.HIGH}" == "high"
    levels: dict[str, int] = {RiskLevel.HIGH: 1}
    assert levels["high"] == 1 and json.dumps(RiskLevel.HIGH) == '"high"'
    assert RiskLevel.LOW < RiskLevel.HIGH <= RiskLevel.HIGH and RiskLevel.CRITICAL >= "high" and not RiskLevel.LOW > "medium"
    assert max([RiskLevel.MEDIUM, RiskLevel.CRITICAL, RiskLevel.LOW]) is RiskLevel.CRITICAL
    assert RiskLevel.known() == (RiskLevel.LOW, RiskLevel.MEDIUM, RiskLevel.HIGH, RiskLevel.CRITICAL)
    with pytest.raises(TypeError, match="RiskLevel cannot be compared with TrustLevel"):
        assert RiskLevel.LOW < TrustLevel.LOW
    for again in (pickle.loads(pickle.dumps(RiskLevel.HIGH)), copy.copy(RiskLevel.HIGH), copy.deepcopy(RiskLevel.HIGH)):
        assert again is RiskLevel.HIGH


def test_what_cannot_be_read_is_absent_and_named(analysis_text: str) -> None:
    document = json.loads(analysis_text)
    document["signal"]["risk"]["score"] = "very"
    del document["signal"]["triage"]
    analysis = Analysis.from_json(json.dumps(document))
    assert analysis.signal.risk.score is None
    assert analysis.meta.decode_warnings == ("signal.risk.score",)
    assert analysis.signal.triage.is_absent and not analysis.signal.risk.is_absent
    assert "triage" not in analysis.signal.to_dict()


@pytest.mark.parametrize("read", [Analysis.from_json, Signal.from_json])
@pytest.mark.parametrize("text", ["", "[]", "{}", '{"signal": 5}', "nonsense"])
def test_what_is_no_signal_is_refused(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(ValueError) as caught:
        read(text)
    error = caught.value
    assert isinstance(error, axiomo.DecodeError) and error.message.startswith("expected a")
    assert (error.local, error.sent, error.attempts) == (True, "no", ())


def named(argument: str) -> str | None:
    """What an error tells: from Python 3.11 on a note names the argument."""
    return argument if sys.version_info >= (3, 11) else None


def test_what_is_no_text_is_of_the_wrong_type() -> None:
    with pytest.raises(TypeError, match=named("text")):
        Analysis.from_json(5)  # type: ignore[arg-type]  # pyright: ignore
    with pytest.raises(TypeError, match=named("text")):
        Signal.from_json(None)  # type: ignore[arg-type]  # pyright: ignore


def test_how_an_analysis_was_obtained_that_was_read_is_not_known(analysis_text: str) -> None:
    meta = Analysis.from_json(analysis_text).meta
    assert (meta.status, meta.request_id, meta.attempts, meta.elapsed) == (None, None, (), 0.0)
    assert meta.to_dict()["status"] is None and pickle.loads(pickle.dumps(meta)) == meta


def test_what_is_not_given_has_its_default() -> None:
    attempt, meta = axiomo.Attempt(), axiomo.ResponseMeta()
    assert (attempt.number, attempt.started, attempt.duration, attempt.waited) == (0, 0.0, 0.0, 0.0)
    assert (attempt.sent, attempt.wait_reason, attempt.status, attempt.error_kind) == ("no", None, None, None)
    assert (meta.status, meta.decode_warnings, meta.headers, meta.elapsed) == (None, (), {}, 0.0)
    assert attempt.to_dict()["started_ms"] == meta.to_dict()["elapsed_ms"] == 0
    made = axiomo.ResponseMeta(status=200, attempts=[axiomo.Attempt(number=1, waited=2, sent="yes")], elapsed=2.5)
    assert made.attempts[0].to_dict()["waited_ms"] == 2000 and made.to_dict()["elapsed_ms"] == 2500
    for part in (attempt, meta, made):
        assert pickle.loads(pickle.dumps(part)) == part
    with pytest.raises(TypeError, match=named("number")):
        axiomo.Attempt(number=None)  # type: ignore[arg-type]  # pyright: ignore
    with pytest.raises(TypeError, match=named("elapsed")):
        axiomo.ResponseMeta(elapsed="1")  # type: ignore[arg-type]  # pyright: ignore


def test_the_same_fields_are_the_same(analysis_text: str) -> None:
    first, second = (Analysis.from_json(analysis_text) for _ in range(2))
    assert first == second and hash(first) == hash(second)
    assert first.signal == second.signal and hash(first.signal) == hash(second.signal)
    assert first.signal.risk == second.signal.risk and first.signal.risk is not second.signal.risk
    other = changed(analysis_text, risk={"level": "low"})
    assert first.signal != other and first.signal.risk != other.risk and first.signal.risk != first.signal.triage
    assert first.signal.pr == other.pr


# Where a checker of types would not refuse these, it would tell of an `ignore` that nothing needs.
def test_what_has_no_order_cannot_be_compared_nor_sorted(analysis_text: str) -> None:
    analysis = Analysis.from_json(analysis_text)
    risk, request = analysis.signal.risk, axiomo.AnalyzeRequest("https://github.com/example/ledger/pull/1")
    tried: list[Callable[[], object]] = [
        lambda: risk < risk,  # type: ignore[operator]  # pyright: ignore
        lambda: analysis >= analysis,  # type: ignore[operator]  # pyright: ignore
        lambda: request > request,  # type: ignore[operator]  # pyright: ignore
        lambda: sorted([risk, risk]),  # type: ignore[type-var]  # pyright: ignore
    ]
    for compare in tried:
        with pytest.raises(TypeError):
            compare()


def test_what_only_a_client_makes_cannot_be_made_by_hand() -> None:
    tried: list[Callable[[], object]] = [
        lambda: axiomo.Model(),  # type: ignore[call-arg]  # pyright: ignore
        lambda: Signal(),  # type: ignore[call-arg]  # pyright: ignore
        lambda: Analysis(),  # type: ignore[call-arg]  # pyright: ignore
        lambda: axiomo.Batch(),  # type: ignore[call-arg]  # pyright: ignore
        lambda: axiomo.BatchItem(),  # type: ignore[call-arg]  # pyright: ignore
        lambda: axiomo.BatchProgress(),  # type: ignore[call-arg]  # pyright: ignore
        lambda: axiomo.RateLimiterSnapshot(),  # type: ignore[call-arg]  # pyright: ignore
    ]
    for make in tried:
        with pytest.raises(TypeError):
            make()


def parts(signal: Signal) -> Iterator[object]:
    yield from (signal, signal.risk, signal.risk.drivers[0], signal.triage, signal.contributors[0], signal.pr)


def test_copies_and_pickles_are_equal(analysis_text: str) -> None:
    document = json.loads(analysis_text)
    document["signal"]["risk"]["more"] = {"x": 1}
    analysis = Analysis.from_json(json.dumps(document))
    for part in [analysis, *parts(analysis.signal)]:
        assert copy.copy(part) is part and copy.deepcopy(part) is part
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            assert pickle.loads(pickle.dumps(part, protocol)) == part
    assert pickle.loads(pickle.dumps(analysis.signal.risk)).extra == {"more": {"x": 1}}
    assert pickle.loads(pickle.dumps(analysis)).meta == analysis.meta


def test_nothing_can_be_changed(signal: Signal) -> None:
    for part in (signal, signal.risk):
        with pytest.raises(AttributeError):
            setattr(part, "level", "low")
    with pytest.raises(TypeError):
        signal.risk.drivers[0] = None  # type: ignore[index]  # pyright: ignore


def test_parts_match_patterns(signal: Signal) -> None:
    match signal.risk:
        case Risk(level=RiskLevel.HIGH, drivers=(RiskDriver(id=first), *_)):
            assert first == signal.risk.drivers[0].id
        case _:
            pytest.fail("no match")


def test_parts_can_be_made_by_name() -> None:
    risk = Risk(level="high", score=1, drivers=[RiskDriver(id="a", contribution=0.5)])
    assert risk.level is RiskLevel.HIGH and risk.score == 1.0 and isinstance(risk.score, float)
    assert risk.drivers == (RiskDriver(id="a", contribution=0.5),)
    assert risk.extra == {} and risk.to_dict()["drivers"] == [{"id": "a", "contribution": 0.5, "files": []}]
    with pytest.raises(TypeError, match=r"Risk\.score must be a float, not str"):
        Risk(score="x")  # type: ignore[arg-type]  # pyright: ignore
    with pytest.raises(TypeError, match="an aware datetime"):
        axiomo.PullRequest(created_at=datetime(2026, 1, 1))
    with pytest.raises(TypeError, match="iterable of RiskDriver"):
        Risk(drivers=["x"])  # type: ignore[list-item]  # pyright: ignore


def test_a_field_named_like_a_word_of_pythons_has_a_line_after_it() -> None:
    dependency = axiomo.Dependency(name="serde", from_="1.0", to="2.0")
    assert dependency.from_ == "1.0"
    assert dependency.to_dict() == {"name": "serde", "from": "1.0", "to": "2.0"}
    assert pickle.loads(pickle.dumps(dependency)) == dependency


def test_representations_are_short_and_say_what_is_there(signal: Signal) -> None:
    shown = repr(signal.risk)
    assert shown.startswith("Risk(level=RiskLevel.HIGH, score=") and "drivers=<" in shown and "× RiskDriver>" in shown
    assert len(repr(signal)) < 4000
    assert pretty_repr(signal.risk).startswith("Risk(\n    level=RiskLevel.HIGH,")
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(signal)
    assert "RiskLevel.HIGH" in console.export_text()


def test_notebooks_show_a_table_in_which_everything_is_escaped(analysis_text: str) -> None:
    document = json.loads(analysis_text)
    document["signal"]["pr"]["title"] = "<script>alert(1)</script> & more"
    shown = Analysis.from_json(json.dumps(document))._repr_html_()
    assert "<script>" not in shown and "&lt;script&gt;" in shown
    assert shown.startswith("<table>") and ">Risk</th>" in shown and "high (" in shown
    assert len(shown) < 5000
    assert Signal.from_json('{"signal": {}}')._repr_html_() == "<table></table>"
