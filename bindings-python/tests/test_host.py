"""Manners towards the program around: its threads, its signals, its processes, its end."""

from __future__ import annotations

import multiprocessing
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import axiomo
import pytest
from axiomo.testing import MockServer

from conftest import answer

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

STALL = {"wire": {"end": {"after": "nothing", "by": "stall"}}}
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


@contextmanager
def child(program: str, *arguments: str, **options: Any) -> Generator[subprocess.Popen[str]]:
    """A program that does not outlive the block, not even when it hangs: leaving it would wait without end."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-X", "faulthandler", "-c", program, *arguments]
    with subprocess.Popen(command, text=True, stdout=pipe, stderr=pipe, **options) as process:
        try:
            yield process
        finally:
            process.kill()


def run(program: str, *arguments: str) -> tuple[str, str, int]:
    with child(program, *arguments) as process:
        out, error = process.communicate(timeout=60)
    return out, error, process.returncode


def without_warnings(error: str) -> list[str]:
    """Python itself warns of threads when a process forks, from 3.12 on."""
    return [line for line in error.splitlines() if "DeprecationWarning" not in line and "os.fork()" not in line]


def test_other_threads_run_while_a_call_waits(axiomo_server: MockServer) -> None:
    axiomo_server.script([{"on": {}, "do": [STALL]}])
    handle = axiomo.CancelHandle()
    steps = 0

    def work() -> None:
        nonlocal steps
        axiomo_server.await_journal({"event": "request"}, timeout=30)
        for _ in range(1000):
            steps += 1
        handle.cancel()

    thread = threading.Thread(target=work)
    thread.start()
    with pytest.raises(axiomo.CancelledError):
        axiomo_server.client().scan("x", cancel=handle)
    thread.join()
    assert steps == 1000


# What starts the tests in the background may have told them to ignore interrupts, and children inherit that.
INTERRUPTED = """
import signal, sys, axiomo
signal.signal(signal.SIGINT, signal.default_int_handler)
client = axiomo.Client(base_url=sys.argv[1], anonymous=True, pacing="off", max_retries=0)
if sys.argv[2] == "scan":
    client.scan("x")
else:
    for item in client.analyze_many(["github.com/example/ledger/pull/1"]):
        pass
"""


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.parametrize(("what", "tries"), [("scan", 50), ("batch", 5)])
def test_an_interrupt_ends_a_call_and_drops_its_request(axiomo_server: MockServer, what: str, tries: int) -> None:
    axiomo_server.set_limits(address=0)
    axiomo_server.script([{"on": {}, "do": [STALL] * tries}])
    lengths: list[float] = []
    for number in range(1, tries + 1):
        with child(INTERRUPTED, axiomo_server.base_url, what) as process:
            axiomo_server.await_journal({"event": "request"}, count=number, timeout=20)
            began = time.monotonic()
            process.send_signal(signal.SIGINT)
            _, error = process.communicate(timeout=20)
            lengths.append(time.monotonic() - began)
        assert error.rstrip().endswith("KeyboardInterrupt") and process.returncode == -signal.SIGINT
        axiomo_server.await_journal({"event": "gone"}, count=number, timeout=30)
    # One of them may have been held up by whatever else the machine does.
    assert statistics.median(lengths) <= 0.1 and max(lengths) <= 5.0, lengths


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_a_signal_that_is_handled_does_not_end_a_call(axiomo_server: MockServer) -> None:
    axiomo_server.script([{"on": {}, "do": [STALL]}])
    handle = axiomo.CancelHandle()
    seen: list[int] = []

    is_handled = threading.Event()

    def handler(number: int, _: object) -> None:
        seen.append(number)
        is_handled.set()

    def send() -> None:
        axiomo_server.await_journal({"event": "request"}, timeout=30)
        os.kill(os.getpid(), signal.SIGUSR1)
        is_handled.wait(30)
        # The call goes on, and ends by this.
        handle.cancel()

    before = signal.signal(signal.SIGUSR1, handler)
    thread = threading.Thread(target=send)
    thread.start()
    try:
        with pytest.raises(axiomo.CancelledError):
            axiomo_server.client().scan("x", cancel=handle)
    finally:
        thread.join()
        signal.signal(signal.SIGUSR1, before)
    assert seen == [signal.SIGUSR1]


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_a_signal_ends_waiting_for_a_batch_that_another_thread_asks(answering: MockServer) -> None:
    is_asked, goes_on = threading.Event(), threading.Event()

    def source() -> Iterator[str]:
        is_asked.set()
        goes_on.wait()
        yield "https://github.com/example/ledger/pull/1"

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    batch = answering.client().analyze_many(source())
    thread = threading.Thread(target=lambda: [item.index for item in batch])
    thread.start()
    is_asked.wait()
    before = signal.signal(signal.SIGUSR1, interrupt)
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1)).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            next(batch)
    finally:
        signal.signal(signal.SIGUSR1, before)
        goes_on.set()
        thread.join()


FORKED = """
import os, sys, axiomo
client = axiomo.Client(base_url=sys.argv[1], anonymous=True, pacing="off")
limiter = client.rate_limiter
if sys.argv[2] == "after":
    assert client.scan("x").meta.status == 200
for _ in range(3):
    pid = os.fork()
    if pid == 0:
        try:
            assert client.scan("x").meta.status == 200
            assert limiter.snapshot().own == 1, limiter
            pid = os.fork()
            if pid == 0:
                os._exit(0 if client.scan("x").meta.status == 200 else 1)
            os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert client.scan("x").meta.status == 200
print("done")
"""


@needs_fork
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_client_works_in_children_that_were_forked(answering: MockServer, when: str) -> None:
    out, error, exit_code = run(FORKED, answering.base_url, when)
    assert (out, without_warnings(error), exit_code) == ("done\n", [], 0)


FORKED_WITH_LOOPS = """
import asyncio, os, sys, axiomo
client = axiomo.AsyncClient(base_url=sys.argv[1], anonymous=True, pacing="off")

async def scan():
    return (await client.scan("x")).meta.status

assert asyncio.run(scan()) == 200
pid = os.fork()
if pid == 0:
    try:
        os._exit(0 if asyncio.run(scan()) == 200 else 1)
    except BaseException as error:
        print(repr(error), file=sys.stderr)
        os._exit(1)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
assert asyncio.run(scan()) == 200
print("done")
"""


@needs_fork
def test_so_does_one_of_asyncio(answering: MockServer) -> None:
    out, error, exit_code = run(FORKED_WITH_LOOPS, answering.base_url)
    assert (out, without_warnings(error), exit_code) == ("done\n", [], 0)


FORKED_BUSY = """
import os, sys, threading, axiomo
client = axiomo.Client(base_url=sys.argv[1], anonymous=True, pacing="off")
ending = threading.Event()

def scan():
    try:
        client.scan("x")
    except axiomo.NotFoundError as error:
        return error.http_status

def call():
    while not ending.is_set():
        scan()

threads = [threading.Thread(target=call) for _ in range(4)]
for thread in threads:
    thread.start()
for _ in range(20):
    pid = os.fork()
    if pid == 0:
        os._exit(0 if scan() == 404 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
ending.set()
for thread in threads:
    thread.join()
print("done")
"""


@needs_fork
def test_a_fork_in_the_middle_of_calls_leaves_no_lock_held(axiomo_server: MockServer) -> None:
    axiomo_server.set_limits(address=0)
    with child(FORKED_BUSY, axiomo_server.base_url) as process:
        out, error = process.communicate(timeout=60)
    assert (out, without_warnings(error), process.returncode) == ("done\n", [], 0)


def scan(client: axiomo.Client) -> int | None:
    return client.scan("x").meta.status


_parents: list[axiomo.Client] = []


def scan_with_the_parents() -> int | None:
    return _parents[-1].scan("x").meta.status


@needs_fork
def test_a_pool_of_forked_processes_uses_the_parents_client(answering: MockServer) -> None:
    _parents.append(answering.client())
    assert scan_with_the_parents() == 200
    context: Any = multiprocessing.get_context("fork")
    with context.Pool(2) as pool:
        assert pool.starmap(scan_with_the_parents, [()] * 4) == [200] * 4


SUBINTERPRETER = """
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
import axiomo
program = '''
try:
    import axiomo
except ImportError as error:
    assert "interpreter" in str(error), error
else:
    raise SystemExit("it was imported")
'''
found = interpreters.create()
problem = interpreters.run_string(found, program)
print("done" if problem is None else problem)
"""


def test_another_interpreter_of_the_same_process_is_refused() -> None:
    assert run(SUBINTERPRETER) == ("done\n", "", 0)


ENDING = """
import sys, threading, time, asyncio, axiomo
client = axiomo.Client(base_url=sys.argv[1], anonymous=True, pacing="off")
other = axiomo.AsyncClient(base_url=sys.argv[1], anonymous=True, pacing="off")
for _ in range(4):
    threading.Thread(target=client.scan, args=("x",), daemon=True).start()
threading.Thread(target=lambda: asyncio.run(other.scan("x")), daemon=True).start()
sys.stdin.readline()
print("done")
"""


def test_a_program_ends_with_calls_under_way(axiomo_server: MockServer) -> None:
    for number in range(1, 6):
        axiomo_server.script([{"on": {}, "do": [STALL] * 5}])
        with child(ENDING, axiomo_server.base_url, stdin=subprocess.PIPE) as process:
            axiomo_server.await_journal({"event": "request"}, count=number * 5, timeout=20)
            out, error = process.communicate("\n", timeout=20)
        assert (out, error, process.returncode) == ("done\n", "", 0)


GOING_ON = """
import asyncio, sys, threading, axiomo
client = axiomo.Client(base_url=sys.argv[1], anonymous=True, pacing="off")
other = axiomo.AsyncClient(base_url=sys.argv[1], anonymous=True, pacing="off")
made = threading.Semaphore(0)
def scans():
    while True:
        try:
            client.scan("x")
        except axiomo.NotFoundError:
            made.release()
async def asynchronous_scans():
    while True:
        try:
            await other.scan("x")
        except axiomo.NotFoundError:
            made.release()
def batches():
    while True:
        for item in client.analyze_many("nonsense" for _ in range(9)):
            made.release()
for work in (scans, scans, batches, lambda: asyncio.run(asynchronous_scans())):
    threading.Thread(target=work, daemon=True).start()
# So that they are often between two calls, and anywhere there.
sys.setswitchinterval(1e-5)
for _ in range(int(sys.argv[2])):
    made.acquire()
print("done")
"""


def test_a_program_ends_while_its_threads_go_on_calling(axiomo_server: MockServer) -> None:
    axiomo_server.set_limits(address=0)
    for count in range(1, 200, 20):
        assert run(GOING_ON, axiomo_server.base_url, str(count)) == ("done\n", "", 0)


ENDS_CALLING = """
import atexit, asyncio, sys
def last():
    for key in (None, lambda: "ax_key"):
        settings = {"anonymous": True} if key is None else {"api_key": key}
        try:
            print(axiomo.Client(base_url=sys.argv[1], **settings).scan("x").signal.risk.level)
        except axiomo.AxiomoError as error:
            print(error)
    client = axiomo.AsyncClient(base_url=sys.argv[1], anonymous=True)
    print(asyncio.run(client.scan("x")).signal.risk.level)
# What is registered first is called last.
atexit.register(last)
import axiomo
"""


def test_a_program_may_call_as_the_last_thing_it_does(answering: MockServer, analysis_text: str) -> None:
    answering.script([{"on": {}, "do": [answer(analysis_text)] * 3}])
    out, error, code = run(ENDS_CALLING, answering.base_url)
    first, second, third = out.splitlines()
    # A function is asked in a thread of its own, and for that it is too late.
    assert "the interpreter is about to exit" in second if sys.version_info < (3, 14) else second == "high"
    assert (first, third, error, code) == ("high", "high", "", 0)


def test_threads_and_clients_do_not_get_in_each_others_way(answering: MockServer, analysis_text: str) -> None:
    answering.script([{"on": {}, "do": [answer(analysis_text)] * 400}])
    shared = answering.client(pacing="off")
    found: list[str | None] = []

    def calls(number: int) -> None:
        own = answering.client(pacing="off")
        for step in range(20):
            client = own if (number + step) % 2 else shared
            found.append(client.scan(str(number)).signal.risk.level)

    threads = [threading.Thread(target=calls, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["high"] * 320


IMPORTING = """
import sys, threading
def scan():
    import axiomo
    print(axiomo.Client(base_url=sys.argv[1], anonymous=True).scan("x").signal.risk.level)
for _ in range(4):
    thread = threading.Thread(target=scan)
    thread.start()
    # The next thread gets what the system knew this one by.
    thread.join()
"""


def test_the_thread_that_imports_it_may_end_before_others_use_it(answering: MockServer, analysis_text: str) -> None:
    answering.script([{"on": {}, "do": [answer(analysis_text)] * 4}])
    assert run(IMPORTING, answering.base_url) == ("high\n" * 4, "", 0)


IMPORTED = """
import sys
sys.path.insert(0, sys.argv[1])
before = set(sys.modules)
import axiomo
print(*sorted(set(sys.modules) - before), sep="\\n")
"""


def test_importing_takes_nothing_along_and_prints_nothing() -> None:
    source = os.path.dirname(os.path.dirname(axiomo.__file__))
    command = [sys.executable, "-I", "-c", IMPORTED, source]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    heavy = {"enum", "dataclasses", "logging", "asyncio", "datetime", "typing", "re", "json", "inspect", "threading"}
    loaded = set(ended.stdout.split())
    assert not loaded & heavy and ended.stderr == ""
    assert {name for name in loaded if not name.startswith("axiomo")} <= {"__future__", "atexit", "builtins"}
    # What not every program uses waits for its first use.
    assert not loaded & {"axiomo.enums", "axiomo._async_client", "axiomo._async_batch", "axiomo.testing"}


FIRST_USES = """
import sys
sys.path.insert(0, sys.argv[1])
import axiomo
assert {*axiomo.__all__, "__doc__"} <= {*dir(axiomo)}
assert axiomo.RiskLevel is axiomo.enums.RiskLevel and "RiskLevel" in vars(axiomo)
assert "axiomo._async_client" not in sys.modules
assert axiomo.AsyncClient.__name__ == "AsyncClient" and axiomo.AsyncBatch.__name__ == "AsyncBatch"
try:
    axiomo.RiskLevle
except AttributeError as error:
    print(error, error.name, error.obj is axiomo)
from axiomo import *
print(all(name in globals() for name in axiomo.__all__))
"""


def test_what_is_loaded_by_its_first_use_is_there_like_the_rest() -> None:
    source = os.path.dirname(os.path.dirname(axiomo.__file__))
    command = [sys.executable, "-I", "-c", FIRST_USES, source]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.stderr == ""
    assert ended.stdout == "module 'axiomo' has no attribute 'RiskLevle' RiskLevle True\nTrue\n"
