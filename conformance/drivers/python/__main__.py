"""The driver of the Python client: calls it as it is told on stdin, and tells on stdout what came of it, as
``conformance/PROTOCOL.md`` says. Whatever it would do by itself would pass for the client's doing, so it does nothing.

``python drivers/python`` drives ``Client``, each call on a thread; with ``--async`` it drives ``AsyncClient``.
"""

from __future__ import annotations

import json
import logging
import sys
from threading import Lock, Thread
from typing import Any

import axiomo
from axiomo import _native
from session import AsyncSession, Session

_CAPABILITIES = ["default_headers", "user_agent_suffix"]


class Log(logging.Handler):
    """What anything in the process logs, at every level."""

    def __init__(self) -> None:
        super().__init__(level=1)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()} {record.__dict__}")


class Driver:
    def __init__(self, session: type[Session]) -> None:
        self._session = session
        self._sessions: dict[str, Session] = {}
        self._writing = Lock()
        self._log = Log()
        logging.getLogger().addHandler(self._log)
        logging.getLogger().setLevel(1)

    def tell(self, frame: dict[str, Any]) -> None:
        with self._writing:
            sys.stdout.write(json.dumps(frame) + "\n")
            sys.stdout.flush()

    def run(self) -> None:
        for line in sys.stdin:
            frame: dict[str, Any] = json.loads(line)
            try:
                reply = self._obey(frame)
            except axiomo.AxiomoError as error:
                self.tell({"id": frame["id"], "error": shown(error)})
            except (LookupError, TypeError, ValueError) as error:
                self.tell({"id": frame["id"], "error": {"kind": "protocol", "message": repr(error)}})
            else:
                if reply is not None:
                    self.tell({"id": frame["id"], "ok": reply})
        for session in self._sessions.values():
            session.finish()

    def _obey(self, frame: dict[str, Any]) -> dict[str, Any] | None:
        match frame["op"]:
            case "hello":
                if frame["time"] == "conducted":
                    _native.forbid_real_time()
                name = "python-async" if self._session is AsyncSession else "python"
                return {"language": name, "version": axiomo.__version__, "capabilities": _CAPABILITIES}
            case "open":
                session = self._session(frame, self.tell, len(self._log.lines))
                self._sessions[frame["session"]] = session
                return {"debug": repr(session.client)}
            case "call":
                self._sessions[frame["session"]].call(frame)
                return {}
            case "cancel":
                self._sessions[frame["session"]].cancel(frame["call"])
                return {}
            case "close":
                closing = self._sessions.pop(frame["session"])
                Thread(target=self._close, args=(closing, frame["id"])).start()
                return None
            case other:
                raise LookupError(f"no such operation: {other}")

    def _close(self, session: Session, number: int) -> None:
        session.close()
        self.tell({"id": number, "ok": {"logs": self._log.lines[session.first_log :]}})


def shown(error: axiomo.AxiomoError) -> dict[str, Any]:
    """An error in its wire form, and as users of this language see it."""
    return {**error.to_dict(), "display": str(error), "debug": repr(error)}


if __name__ == "__main__":
    Driver(AsyncSession if "--async" in sys.argv[1:] else Session).run()
