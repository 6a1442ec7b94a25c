"""A gate in a pipeline: ends with 1 when a pull request is too risky, and with 2 when that cannot be known.

python gate.py https://github.com/owner/repo/pull/123 --fail-on high
"""

from __future__ import annotations

import argparse
import sys

import axiomo
from axiomo import RiskLevel


def main() -> int:
    parser = argparse.ArgumentParser(description="Fails when a pull request is too risky.")
    parser.add_argument("url", help="the address of the pull request's page")
    parser.add_argument("--fail-on", choices=RiskLevel.known(), default=RiskLevel.HIGH, help="the level to fail at")
    arguments = parser.parse_args()
    limit = RiskLevel(arguments.fail_on)

    try:
        with axiomo.Client() as client:
            signal = client.analyze(arguments.url).signal
    except axiomo.AxiomoError as error:
        print(f"The risk cannot be known: {error}", file=sys.stderr)
        return 2

    level = signal.risk.level
    if level is None or not level.is_known:
        # Nothing passes because it is not understood.
        print(f"The risk cannot be known: its level is {level!r}", file=sys.stderr)
        return 2
    print(f"{level}: {signal.pr.title}")
    for driver in signal.risk.drivers:
        if driver.contribution:
            print(f"  {driver.contribution:+.2f} {driver.title}: {driver.detail}")
    return 1 if level >= limit else 0


if __name__ == "__main__":
    sys.exit(main())
