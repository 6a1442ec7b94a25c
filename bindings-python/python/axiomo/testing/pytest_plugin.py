"""Fixtures for tests of programs that use ``axiomo``. pytest finds them where ``axiomo`` is installed.

``axiomo_server``
    A mock server for one test; all are in one process, so that each takes milliseconds. The mark ``axiomo`` says how it
    is to be, as ``MockServer`` takes it: ``@pytest.mark.axiomo(virtual_time=True, limits={"key": 5})``.
``axiomo_client``, ``axiomo_async_client``
    A client of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from axiomo import AsyncClient, Client
    from axiomo.testing import MockServer, Program


def pytest_configure(config: pytest.Config) -> None:
    """Makes the mark known."""
    config.addinivalue_line("markers", "axiomo(**options): how the fixture axiomo_server is to be; see MockServer")


@pytest.fixture(scope="session")
def axiomo_program() -> Generator[Program]:
    """The process that all mock servers of a run are in."""
    from axiomo.testing import Program

    with Program() as program:
        yield program


@pytest.fixture
def axiomo_server(request: pytest.FixtureRequest, axiomo_program: Program) -> Generator[MockServer]:
    """A mock server for one test."""
    from axiomo.testing import MockServer

    options: dict[str, Any] = {}
    # The mark nearest to the test has the last word.
    for mark in reversed(list(request.node.iter_markers("axiomo"))):
        if mark.args:
            raise pytest.UsageError("@pytest.mark.axiomo takes what MockServer takes, by name")
        options.update(mark.kwargs)
    with MockServer(program=axiomo_program, **options) as server:
        yield server


@pytest.fixture
def axiomo_client(axiomo_server: MockServer) -> Generator[Client]:
    """A client of the test's mock server."""
    client = axiomo_server.client()
    yield client
    client.close()


@pytest.fixture
def axiomo_async_client(axiomo_server: MockServer) -> AsyncClient:
    """A client of the test's mock server for asyncio. Whoever uses it closes it: ``async with axiomo_async_client``."""
    return axiomo_server.async_client()
