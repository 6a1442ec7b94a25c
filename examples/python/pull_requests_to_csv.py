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


def row(item: axiomo.BatchItem[str]) -> dict[str, object]:
    if item.error is not None:
        return {"url": item.input, "error": str(item.error)}
    signal = item.result().signal
    return {
        "url": item.input,
        "level": signal.risk.level,
        "score": signal.risk.score,
        "title": signal.pr.title,
        "author": signal.pr.author,
        "minutes": signal.triage.estimated_minutes,
    }


def score(row: dict[str, object]) -> float:
    # What failed comes first, so that it is seen.
    return row["score"] if isinstance(row.get("score"), float) else 2.0  # type: ignore[return-value]


def main() -> int:
    target = Path(sys.argv[1])
    urls = list(dict.fromkeys(line.strip() for line in sys.stdin if line.strip()))
    rows: list[dict[str, object]] = []
    with axiomo.Client() as client, Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("Analysing", total=len(urls))
        for item in client.analyze_many(urls):
            rows.append(row(item))
            progress.advance(bar)
    with target.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(sorted(rows, key=score, reverse=True))
    failed = sum("error" in row for row in rows)
    print(f"{len(rows) - failed} of {len(rows)} pull requests are in {target}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
