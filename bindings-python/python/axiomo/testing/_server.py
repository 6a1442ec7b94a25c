from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import quote

from axiomo.testing._controls import MockServerError
from axiomo.testing._key import Key
from axiomo.testing._program import Program

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from types import TracebackType

    from typing_extensions import Self

    from axiomo import AsyncClient, Client
    from axiomo._native import VirtualClock
    from axiomo.testing._entry import JournalEntry, Wait

_Result = TypeVar("_Result")


class MockServer:
    """A server in the place of the service, with its own address, keys, limits, journal and time.

    It analyses real pull requests of local git repositories, keeps to limits, and goes wrong where ``script`` says so.

    ``repositories``, ``private_repositories``
        Clones that stand for repositories, by the addresses of their pages. Those that are private are not found by
        anybody's key.
    ``limits``
        As ``set_limits`` takes them; the documented ones by default.
    ``virtual_time``
        Whether time is one of its own, for the server and its clients: it passes by itself whenever none of them has
        anything left to do but wait, so that waits of any length take milliseconds. What the program itself sleeps
        for takes its real time.
    ``program``
        The process to be in, which stays when this is closed; by default one of its own.

    Its methods wait for the server. In a coroutine whose clients have calls under way, those that wait for what clients
    do belong into ``asyncio.to_thread``: ``advance``, ``await_journal``.
    """

    __slots__ = ("_base_url", "_conductor", "_controls", "_key", "_owned", "_path")

    def __init__(
        self,
        *,
        repositories: Mapping[str, str | os.PathLike[str]] | None = None,
        private_repositories: Mapping[str, str | os.PathLike[str]] | None = None,
        limits: Mapping[str, int | str] | None = None,
        virtual_time: bool = False,
        program: Program | None = None,
    ) -> None:
        mounts = [
            {"url": url, "path": os.path.abspath(path), "private": is_private}
            for is_private, folders in ((False, repositories), (True, private_repositories))
            for url, path in (folders or {}).items()
        ]
        asked = {"limits": dict(limits or {}), "real_time": not virtual_time, "repositories": mounts}
        self._key: Key | None = None
        self._owned: Program | None = None
        if program is None:
            program = self._owned = Program()
        self._controls = program.controls
        self._path: str | None = None
        try:
            session = self._controls.send("POST", "/sessions", asked)
            self._path = f"/sessions/{session['id']}"
            self._base_url = str(session["base_url"])
            self._conductor = cast("str | None", session["conductor"])
            if virtual_time:
                self._let_time_pass(True)
        except BaseException:
            self.close()
            raise

    @classmethod
    def start(
        cls,
        *,
        repositories: Mapping[str, str | os.PathLike[str]] | None = None,
        private_repositories: Mapping[str, str | os.PathLike[str]] | None = None,
        limits: Mapping[str, int | str] | None = None,
        virtual_time: bool = False,
        program: Program | None = None,
    ) -> Self:
        """Starts one. This is what making it does, by the name that it has in all languages.

        >>> from axiomo.testing import MockServer
        >>> with MockServer.start(virtual_time=True) as server:
        ...     server.elapsed()
        0.0
        """
        return cls(
            repositories=repositories,
            private_repositories=private_repositories,
            limits=limits,
            virtual_time=virtual_time,
            program=program,
        )

    @property
    def base_url(self) -> str:
        """Where the API is, as clients take it."""
        return self._base_url

    @property
    def key(self) -> Key:
        """The key that ``client`` and ``async_client`` use, made when it is first asked for."""
        if self._key is None:
            self._key = self.create_key()
        return self._key

    def create_key(self, name: str = "test", user: str = "default") -> Key:
        """Makes a key. The keys of one user share a limit."""
        created = self._send("POST", "/keys", {"name": name, "user": user})
        return Key(str(created["id"]), str(created["key"]))

    def revoke_key(self, id: str) -> None:
        """Revokes a key, from the very next request on."""
        self._send("DELETE", f"/keys/{quote(id, safe='')}")

    def script(self, rules: Sequence[Mapping[str, object]]) -> None:
        """Sets what becomes of requests and connections from now on, in the place of all that is left of rules before.

        >>> from axiomo.testing import MockServer
        >>> with MockServer() as server:
        ...     server.script([{"on": {"path": "/api/scans/*"}, "do": [{"respond": {"status": 503}}, "real"]}])
        ...     len(server.script_left()[0]["do"])
        2
        """
        self._send("PUT", "/script", list(rules))

    def script_left(self) -> list[dict[str, Any]]:
        """The rules with the steps that nothing took yet. Empty, if all went wrong that was to go wrong."""
        return cast("list[dict[str, Any]]", self._send("GET", "/script")["rules"])

    def journal(self, *, since: int = 0) -> list[JournalEntry]:
        """What happened, in order, after the entry with a number."""
        return cast("list[JournalEntry]", self._send("GET", f"/journal?since={since}")["entries"])

    def requests(self) -> list[JournalEntry]:
        """The requests in the journal."""
        return [entry for entry in self.journal() if entry.get("event") == "request"]

    def await_journal(self, match: Mapping[str, object], *, count: int = 1, timeout: float = 5.0) -> list[JournalEntry]:
        """Waits until so many entries hold all these members with these values, and gives all that do. Raises
        ``NotSeenError`` when they do not come within ``timeout`` seconds of real time."""
        awaited = {"match": dict(match), "count": count, "timeout_ms": round(timeout * 1000)}
        answer = self._send("POST", "/journal/await", awaited, timeout=timeout + 60.0)
        return cast("list[JournalEntry]", answer["entries"])

    def clear_journal(self) -> None:
        """Forgets what happened. Numbers go on."""
        self._send("DELETE", "/journal")

    def set_limits(self, **limits: int | str) -> None:
        """Changes the limits from the next request on: ``key`` (60) and ``address`` (10) requests in ``window_ms``
        (60000), counted by ``limiter`` (``fixed``, ``log``, ``counter`` or ``gcra``). What is not named is as
        documented; 0 requests are no limit."""
        self._send("PUT", "/limits", limits)

    def snapshot(self) -> dict[str, Any]:
        """What the server knows, without what is secret: keys, scans, limits, what is left of the script, the time."""
        return cast("dict[str, Any]", self._send("GET", "/snapshot"))

    def elapsed(self) -> float:
        """How many seconds of virtual time have passed."""
        return float(self._clock()["now_ms"]) / 1000

    def waits(self) -> list[Wait]:
        """Every wait that clients began so far, in virtual time."""
        return cast("list[Wait]", self._clock()["waits"])

    def advance(self, seconds: float) -> None:
        """Lets so much virtual time pass: whatever is due on the way happens when it is due."""
        with self.held_time():
            # Moment by moment this takes longer than any single answer.
            self._send("POST", "/clock", {"advance_ms": round(seconds * 1000)}, timeout=600.0)

    def run_until(self, function: Callable[[], _Result]) -> _Result:
        """Lets virtual time pass until a function returns, and gives what it returned."""
        was_running = bool(self._clock()["is_running"])
        self._let_time_pass(True)
        try:
            return function()
        finally:
            self._let_time_pass(was_running)

    @contextlib.contextmanager
    def held_time(self) -> Generator[None]:
        """Virtual time passes within this only by ``advance`` and ``run_until``, and not by itself."""
        was_running = bool(self._clock()["is_running"])
        if was_running:
            self._let_time_pass(False)
        try:
            yield
        finally:
            if was_running:
                self._let_time_pass(True)

    def clock(self) -> VirtualClock | None:
        """A new clock for one client; none where time is the machine's."""
        if self._conductor is None:
            return None
        from axiomo._native import VirtualClock

        return VirtualClock.conducted(self._conductor)

    def client(self, **options: Any) -> Client:
        """A client of this server, with a key of it and its time. Takes what ``axiomo.Client`` takes."""
        from axiomo import Client

        return Client(**self._options(options))

    def async_client(self, **options: Any) -> AsyncClient:
        """The same for asyncio. Takes what ``axiomo.AsyncClient`` takes."""
        from axiomo import AsyncClient

        return AsyncClient(**self._options(options))

    def close(self) -> None:
        """Ends it. Closing it again does nothing."""
        path, self._path = self._path, None
        try:
            if path is not None:
                self._controls.send("DELETE", path)
        finally:
            if self._owned is not None:
                self._owned.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"MockServer(base_url={self._base_url!r}, virtual_time={self._conductor is not None})"

    def _options(self, given: dict[str, Any]) -> dict[str, Any]:
        options: dict[str, Any] = {"base_url": self._base_url, **given}
        if "api_key" not in options and not options.get("anonymous"):
            options["api_key"] = self.key.key
        if "clock" not in options:
            options["clock"] = self.clock()
        return options

    def _clock(self) -> dict[str, Any]:
        return cast("dict[str, Any]", self._send("GET", "/clock"))

    def _let_time_pass(self, is_to_pass: bool) -> None:
        self._send("POST", "/clock", {"run": is_to_pass})

    def _send(self, method: str, path: str, body: object = None, *, timeout: float = 60.0) -> Any:
        if self._path is None:
            raise MockServerError("this mock server is closed", "closed")
        return self._controls.send(method, self._path + path, body, timeout=timeout)
