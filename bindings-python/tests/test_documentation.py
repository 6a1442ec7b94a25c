"""That every public name has an example. `cargo xtask test python` runs the examples themselves."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import axiomo
import axiomo.testing
import pytest

DOCS = Path(__file__).parents[2] / "docs"


def shown(page: str) -> str:
    text = (DOCS / page).read_text(encoding="utf-8")
    return "".join(example.source + example.want for example in doctest.DocTestParser().get_examples(text))


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("python.md", set(axiomo.__all__) - {"__version__", "enums", "errors"}),
        ("testing.md", set(axiomo.testing.__all__)),
    ],
)
def test_every_public_name_has_an_example(page: str, names: set[str]) -> None:
    assert names - set(re.findall(r"\w+", shown(page))) == set()
