"""A key and a token are planted, everything goes wrong that can, and whatever comes out is searched for them."""

from __future__ import annotations

import asyncio
import copy
import io
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import axiomo
import pytest
from axiomo.testing import MockServer
from rich.console import Console

KEY = "ax_CANARYkeyCANARYkeyCANARYkeyCANARY"
TOKEN = "ghp_CANARYtokenCANARYtoken"
URL = "https://github.com/example/ledger/pull/4127"

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


def everything_of(error: BaseException) -> str:
    out = io.StringIO()
    Console(file=out, width=200).print(error)
    pieces = [repr(error), str(error), repr(error.__dict__), out.getvalue(), repr(pickle.dumps(error))]
    pieces += traceback.format_exception(type(error), error, error.__traceback__)
    pieces += [repr(copy.deepcopy(error)), repr(error.args)]
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

    def fails(call: Callable[[], object]) -> None:
        with pytest.raises(axiomo.AxiomoError) as caught:
            call()
        said.append(everything_of(caught.value))

    request = axiomo.AnalyzeRequest(URL, access_token=TOKEN)
    client = axiomo.Client(KEY, base_url=axiomo_server.base_url, max_retries=0, pacing="off")
    other = axiomo.AsyncClient(KEY, base_url=axiomo_server.base_url, max_retries=0, pacing="off")
    for fault in FAULTS:
        axiomo_server.script([{"on": {}, "do": [fault] * 3}])
        fails(lambda: client.analyze(request))
        fails(lambda: client.analyze(URL, access_token=TOKEN))
        fails(lambda: asyncio.run(other.analyze(request)))
    for wrong in (f"Bearer {KEY}", f"{KEY}\n", f'"{KEY}"'):
        fails(lambda wrong=wrong: axiomo.Client(wrong))  # type: ignore[misc]
    fails(lambda: axiomo.Client(base_url=f"https://user:{KEY}@example.com/api"))
    fails(lambda: client.analyze(URL, access_token=f"{TOKEN}\n"))
    with pytest.raises(TypeError) as caught:
        pickle.dumps(request)
    said.append(everything_of(caught.value))
    said += [repr(thing) for thing in (client, other, request, client.rate_limiter, client._native)]  # pyright: ignore
    with pytest.raises(TypeError):
        pickle.dumps(client)
    assert len(output.getvalue()) > 1000
    assert "CANARY" not in "\n".join(said) + output.getvalue()
