from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from axiomo.testing import MockServer, Program

# Tests of the plugin run pytest within pytest.
pytest_plugins = ["pytester"]


@pytest.fixture
def virtual_server(axiomo_program: Program) -> Generator[MockServer]:
    """A mock server whose time passes by itself."""
    from axiomo.testing import MockServer

    with MockServer.start(virtual_time=True, program=axiomo_program) as server:
        yield server


@pytest.fixture(scope="session")
def analysis_text() -> str:
    """The answer to an analysis, written by hand."""
    return (Path(__file__).parents[2] / "benches/data/analysis.json").read_text().strip()


@pytest.fixture
def answering(axiomo_server: MockServer, analysis_text: str) -> MockServer:
    """A server without limits whose answer to everything is that analysis."""
    axiomo_server.set_limits(key=0, address=0)
    axiomo_server.script([{"on": {}, "do": [answer(analysis_text)] * 200}])
    return axiomo_server


def answer(text: str) -> dict[str, Any]:
    """A step of a script that answers with a text."""
    return {"respond": {"status": 200, "json": json.loads(text)}}
