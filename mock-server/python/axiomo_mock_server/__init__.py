"""Where the programs of this package are: the reference server, and the command line."""

from __future__ import annotations

import os
import sys
import sysconfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

__all__ = ["path"]


def path(name: Literal["axiomo-mock-server", "axiomo"] = "axiomo-mock-server") -> str:
    """The path of a program. Raises ``FileNotFoundError`` when it is not where it was installed."""
    file = name + (".exe" if os.name == "nt" else "")
    folders = list(_folders())
    for folder in folders:
        candidate = os.path.join(folder, file)
        if os.path.isfile(candidate):
            return candidate
    raise FileNotFoundError(f"there is no {file} in {', '.join(folders)}; install axiomo-mock-server again")


def _folders() -> Iterator[str]:
    """Where installers put programs: an environment's, what belongs to this very package, a user's."""
    yield sysconfig.get_path("scripts")
    # With `pip install --target` and `--prefix` they are beside the package, or above it.
    parent = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    scripts = "Scripts" if os.name == "nt" else "bin"
    yield os.path.join(parent, scripts)
    if sys.platform == "win32":
        yield os.path.join(os.path.dirname(os.path.dirname(parent)), scripts)
    else:
        yield os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(parent))), scripts)
    yield sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))
