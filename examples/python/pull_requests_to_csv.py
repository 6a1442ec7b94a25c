"""Scores pull requests into a table, as fast as the rate limit allows, the riskiest first.

gh pr list --limit 1000 --json url --jq '.[].url' | python pull_requests_to_csv.py open.csv
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import axiomo
from rich.console import Console
from rich.progress import Progress

COLUMNS = ["url", "level", "score", "title", "author", "minutes", "error"]


def row(item: axiomo.BatchItem[str]) -> list[object]:
    if item.error is not None:
        return [item.input, None, None, None, None, None, item.error]
    signal = item.result().signal
    risk, pull_request = signal.risk, signal.pr
    return [
        item.input, risk.level, risk.score, pull_request.title, pull_request.author, signal.triage.estimated_minutes, None
    ]


def place(row: list[object]) -> float:
    """The riskiest first, and before them what could not be scored, so that it is seen."""
    score = row[COLUMNS.index("score")]
    return -score if isinstance(score, float) else float("-inf")


def main() -> int:
    target = Path(sys.argv[1])
    urls = list(dict.fromkeys(line.strip() for line in sys.stdin if line.strip()))
    rows: list[list[object]] = []
    with axiomo.Client() as client, Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("Analysing", total=len(urls))
        for item in client.analyze_many(urls):
            rows.append(row(item))
            progress.advance(bar)
    with target.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *sorted(rows, key=place)])
    failed = sum(row[COLUMNS.index("error")] is not None for row in rows)
    print(f"{len(rows) - failed} of {len(rows)} pull requests are in {target}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
