"""Reads every field of a Signal once, ours beside `json.loads` and the access to its dicts; prints both, in
microseconds, as JSON: a list of rounds. `cargo xtask bench --python` runs it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import axiomo

ROUNDS, TIMES = 15, 300


def reader_of_ours(part: object) -> str:
    """Code that reads every field of a part, as a user would write it."""
    lines: list[str] = []

    def walk(value: object, name: str, depth: int) -> None:
        indent = "    " * depth
        for field in type(value).__match_args__:  # type: ignore[attr-defined]
            found = getattr(value, field)
            if isinstance(found, axiomo.Model):
                lines.append(f"{indent}{name}_{field} = {name}.{field}")
                walk(found, f"{name}_{field}", depth)
            elif isinstance(found, tuple) and found and isinstance(found[0], axiomo.Model):
                lines.append(f"{indent}for {name}_{field} in {name}.{field}:")
                walk(found[0], f"{name}_{field}", depth + 1)
            else:
                lines.append(f"{indent}{name}.{field}")

    walk(part, "signal", 1)
    return "def read(signal):\n" + "\n".join(lines)


def reader_of_dicts(part: object) -> str:
    """The same for dicts."""
    lines: list[str] = []

    def walk(value: object, name: str, depth: int) -> None:
        indent = "    " * depth
        for field in type(value).__match_args__:  # type: ignore[attr-defined]
            found, key = getattr(value, field), field.rstrip("_")
            if isinstance(found, axiomo.Model):
                lines.append(f"{indent}{name}_{field} = {name}[{key!r}]")
                walk(found, f"{name}_{field}", depth)
            elif isinstance(found, tuple) and found and isinstance(found[0], axiomo.Model):
                lines.append(f"{indent}for {name}_{field} in {name}[{key!r}]:")
                walk(found[0], f"{name}_{field}", depth + 1)
            else:
                lines.append(f"{indent}{name}.get({key!r})")

    walk(part, "signal", 1)
    return "def read(signal):\n" + "\n".join(lines)


def function(source: str) -> Callable[[object], None]:
    names: dict[str, Callable[[object], None]] = {}
    exec(source, names)
    return names["read"]


def main() -> None:
    text = Path(sys.argv[1]).read_text()
    example = axiomo.Analysis.from_json(text).signal
    read, read_dicts = function(reader_of_ours(example)), function(reader_of_dicts(example))
    rounds: list[dict[str, float]] = []
    for _ in range(ROUNDS):
        # As a call gives them: it is known what cannot be read, and nothing of them was read yet.
        signals = [axiomo.Analysis.from_json(text).signal for _ in range(TIMES)]
        began = time.perf_counter()
        for signal in signals:
            read(signal)
        ours = time.perf_counter() - began
        began = time.perf_counter()
        for _ in range(TIMES):
            read_dicts(json.loads(text)["signal"])
        dicts = time.perf_counter() - began
        began = time.perf_counter()
        for _ in range(TIMES):
            read(axiomo.Analysis.from_json(text).signal)
        both = time.perf_counter() - began
        rounds.append({"ours": ours / TIMES * 1e6, "dicts": dicts / TIMES * 1e6, "with_reading": both / TIMES * 1e6})
    print(json.dumps(rounds))


if __name__ == "__main__":
    main()
