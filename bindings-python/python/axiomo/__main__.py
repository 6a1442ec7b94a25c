"""``python -m axiomo``: the command line, which is a program of the package ``axiomo-mock-server``."""

from __future__ import annotations

import os
import subprocess
import sys


def main() -> int:
    """Runs it, and gives its exit code; 2 where it is not installed."""
    try:
        import axiomo_mock_server

        program = axiomo_mock_server.path("axiomo")
    except (ImportError, FileNotFoundError):
        print("axiomo: the command line is a package of its own: `pip install axiomo-mock-server`", file=sys.stderr)
        return 2
    arguments = [program, *sys.argv[1:]]
    if os.name == "posix":
        # Signals reach it, and its exit code is this one's.
        os.execv(program, arguments)
    return subprocess.run(arguments, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
