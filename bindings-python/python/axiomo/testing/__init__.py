"""What a program that uses ``axiomo`` is tested with: a server in the service's place, and a time of its own.

>>> from axiomo.testing import MockServer
>>> with MockServer.start() as server:
...     key = server.create_key("Review Bot")
...     server.journal()
[]

The server is a program of the package ``axiomo-mock-server``: ``pip install "axiomo[testing]"``. Nothing of this is
loaded by ``import axiomo``.
"""

from __future__ import annotations

from axiomo._native import VirtualClock
from axiomo.testing._controls import MockServerError, NotSeenError
from axiomo.testing._entry import JournalEntry, Wait
from axiomo.testing._key import Key
from axiomo.testing._program import Program, ProgramNotFoundError
from axiomo.testing._server import MockServer

__all__ = [
    "JournalEntry",
    "Key",
    "MockServer",
    "MockServerError",
    "NotSeenError",
    "Program",
    "ProgramNotFoundError",
    "VirtualClock",
    "Wait",
]
