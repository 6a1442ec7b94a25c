from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import IO, TYPE_CHECKING

from axiomo.testing._controls import Controls, MockServerError

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

_NAME = "axiomo-mock-server"
_VARIABLE = "AXIOMO_MOCK_SERVER"
_LONGEST_END = 10.0


class ProgramNotFoundError(MockServerError):
    """The mock server's program is nowhere."""


class Program:
    """A process of ``axiomo-mock-server``, which holds any number of mock servers. It ends with ``close()``, and with
    the process that started it.

    The program is what the variable ``AXIOMO_MOCK_SERVER`` names, else the one of the installed package
    ``axiomo-mock-server``, else the one on ``PATH``.
    """

    __slots__ = ("_controls", "_output", "_process", "_version")

    def __init__(self) -> None:
        path = _find()
        # It ends when its input does, which is when this process ends, however it ends.
        arguments = [path, "--port", "0", "--admin", "--until-stdin-ends"]
        environment = {name: value for name, value in os.environ.items() if name != "AXIOMO_MANAGEMENT_TOKEN"}
        try:
            self._process = subprocess.Popen(
                arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, close_fds=True
            )
        except OSError as error:
            raise ProgramNotFoundError(f"{path} cannot be started: {error}", "not_started") from error
        self._output: IO[bytes] | None = self._process.stdout
        line = b"" if self._output is None else self._output.readline()
        try:
            first = json.loads(line)
            self._version = str(first["version"])
            self._controls = Controls(str(first["admin_url"]), str(first["admin_token"]))
        except (ValueError, KeyError, TypeError):
            self.close()
            said = line.decode(errors="replace").strip() or "nothing"
            raise MockServerError(
                f"{path} did not start: it was to print its address as JSON and printed {said}", "not_started"
            ) from None

    @property
    def controls(self) -> Controls:
        """Where it is told what to do."""
        return self._controls

    @property
    def version(self) -> str:
        """Its version."""
        return self._version

    def close(self) -> None:
        """Ends it, and every mock server in it. Closing it again does nothing."""
        if self._process.stdin is not None:
            try:
                self._process.stdin.close()
            except BrokenPipeError:
                pass  # It is gone already.
        try:
            self._process.wait(_LONGEST_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._output is not None:
            self._output.close()

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
        return f"Program(version={self._version!r}, pid={self._process.pid})"


def _find() -> str:
    named = os.environ.get(_VARIABLE)
    if named:
        return named
    try:
        import axiomo_mock_server
    except ImportError:
        pass
    else:
        try:
            return axiomo_mock_server.path()
        except FileNotFoundError:
            pass
    found = shutil.which(_NAME)
    if found is None:
        raise ProgramNotFoundError(
            f"there is no {_NAME}: `pip install {_NAME}`, or let {_VARIABLE} name the program", "not_found"
        )
    return found
