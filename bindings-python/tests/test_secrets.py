"""A key and a token are planted, everything goes wrong that can, and whatever comes out is searched for them."""

from __future__ import annotations

import asyncio
import copy
import io
import logging
import pickle
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import axiomo
import pytest
from axiomo.testing import MockServer
from rich.console import Console

KEY = "ax_CANARYkeyCANARYkeyCANARYkeyCANARY"
TOKEN = "ghp_CANARYtokenCANARYtoken"
URL = "https://github.com/example/ledger/pull/4127"
PACKAGE = str(Path(axiomo.__file__).parent)

FAULTS: list[dict[str, Any]] = [
    {"respond": {"status": status, "json": {"error": {"code": "x", "message": f"not with {KEY} and {TOKEN}"}}}}
    for status in (400, 401, 403, 404, 408, 422, 500, 503)
] + [
    {"echo_authorization": True},
    {"redirect": {"status": 307, "to": "other"}},
    {"wire": {"end": {"after": "nothing", "by": "reset"}}},
    {"wire": {"end": {"after": 10, "by": "fin"}}},
    {"respond": {"status": 200, "text": f"{{{KEY}", "headers": {"content-type": "application/json"}}},
    {"wire": {"head": "garbage"}},
    # The last, since it makes everybody wait.
    {"respond": {"status": 429, "json": {"error": {"code": "x", "message": f"not with {KEY} and {TOKEN}"}}}},
]


def held_by_our_frames(error: BaseException) -> str:
    """What tools that show a failure show with it. Whatever frames others have is theirs."""
    shown = traceback.TracebackException(type(error), error, error.__traceback__, capture_locals=True)
    return repr([(frame.name, frame.locals) for frame in shown.stack if frame.filename.startswith(PACKAGE)])


def everything_of(error: BaseException) -> str:
    out = io.StringIO()
    Console(file=out, width=200).print(error)
    pieces = [repr(error), str(error), repr(error.__dict__), out.getvalue(), repr(pickle.dumps(error))]
    pieces += traceback.format_exception(type(error), error, error.__traceback__)
    pieces += [repr(copy.deepcopy(error)), repr(error.args), held_by_our_frames(error)]
    return "\n".join(pieces)


@pytest.fixture
def output() -> Any:
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(logging.Formatter("%(message)s %(axiomo)s"))
    logger = logging.getLogger("axiomo")
    logger.addHandler(handler)
    logger.setLevel(1)
    yield handler.stream
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


def test_neither_key_nor_token_comes_out_anywhere(axiomo_server: MockServer, output: Any) -> None:
    said: list[str] = []

    def fails(call: Callable[..., object], *given: object, **options: object) -> None:
        with pytest.raises(axiomo.AxiomoError) as caught:
            call(*given, **options)
        said.append(everything_of(caught.value))

    request = axiomo.AnalyzeRequest(URL, access_token=TOKEN)
    client = axiomo.Client(KEY, base_url=axiomo_server.base_url, max_retries=0, pacing="off")
    other = axiomo.AsyncClient(KEY, base_url=axiomo_server.base_url, max_retries=0, pacing="off")
    for fault in FAULTS:
        axiomo_server.script([{"on": {}, "do": [fault] * 3}])
        fails(lambda: client.analyze(request))
        fails(lambda: client.analyze(URL, access_token=TOKEN))
        fails(lambda: asyncio.run(other.analyze(request)))
    makers: list[Callable[..., object]] = [axiomo.Client, axiomo.AsyncClient]
    certificate, headers, proxy = (KEY, KEY), {"x-key": KEY}, f"http://user:{KEY}@127.0.0.1:9"
    for make in makers:
        for wrong in (f"Bearer {KEY}", f"{KEY}\n", f'"{KEY}"'):
            fails(make, wrong)
        fails(make, base_url=f"https://user:{KEY}@example.com/api")
        fails(make, KEY, proxy=proxy, client_certificate=certificate, default_headers=headers, timeout=-1)
    fails(lambda: client.analyze(URL, access_token=f"{TOKEN}\n"))
    with pytest.raises(TypeError) as caught:
        pickle.dumps(request)
    said.append(everything_of(caught.value))
    said += [repr(thing) for thing in (client, other, request, client.rate_limiter, client._native)]  # pyright: ignore
    with pytest.raises(TypeError):
        pickle.dumps(client)
    assert len(output.getvalue()) > 1000
    assert "CANARY" not in "\n".join(said) + output.getvalue()


def test_no_frame_of_ours_holds_a_token_when_a_call_fails(
    axiomo_server: MockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AXIOMO_BASE_URL", axiomo_server.base_url)
    monkeypatch.setenv("AXIOMO_API_KEY", KEY)
    client, other = axiomo.Client(), axiomo.AsyncClient()

    def awaited(*given: Any, **options: Any) -> object:
        return asyncio.run(other.analyze(*given, **options))

    calls: list[Callable[..., object]] = [client.analyze, awaited, axiomo.analyze]
    for call in calls:
        for request, token in ((URL, TOKEN), (URL, f"{TOKEN}\n"), (5, TOKEN)):
            axiomo_server.script([{"on": {}, "do": [FAULTS[0]]}])
            with pytest.raises((axiomo.AxiomoError, TypeError)) as caught:
                call(request, access_token=token)
            held = held_by_our_frames(caught.value)
            assert "('analyze', {" in held and "CANARY" not in held


def test_pytest_shows_neither_key_nor_token_when_a_call_fails(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio
        import axiomo

        KEY, TOKEN, URL = "ax_" + "CANARY", "ghp_" + "CANARY", "https://example.com"

        def test_client():
            axiomo.Client(KEY, timeout=-1)

        def test_call(axiomo_client):
            axiomo_client.analyze(URL, access_token=TOKEN)

        def test_call_of_asyncio(axiomo_async_client):
            asyncio.run(axiomo_async_client.analyze(URL, access_token=TOKEN))
        """
    )
    outcome = pytester.runpytest_subprocess("--showlocals")
    outcome.assert_outcomes(failed=3)
    assert "_CANARY" not in outcome.stdout.str()
