from __future__ import annotations

from typing import TYPE_CHECKING

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

    with MockServer(virtual_time=True, program=axiomo_program) as server:
        yield server
