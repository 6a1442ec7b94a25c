"""``axiomo.testing.MockServer``, asked by plain HTTP: what it does without any client of ours."""

from __future__ import annotations

import http.client
import inspect
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axiomo.testing import Key, MockServer, MockServerError, NotSeenError, Program, ProgramNotFoundError


def get(server: MockServer, path: str, key: Key | None = None) -> tuple[int, dict[str, str]]:
    """The status and the headers of an answer."""
    address = urlsplit(server.base_url)
    connection = http.client.HTTPConnection(address.netloc, timeout=10)
    headers = {} if key is None else {"Authorization": f"Bearer {key.key}"}
    connection.request("GET", f"{address.path}{path}", headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}


def test_a_revoked_key_is_refused_from_the_next_request_on(axiomo_server: MockServer) -> None:
    key = axiomo_server.create_key("Review Bot", user="ann")
    assert get(axiomo_server, "/scans/x", key)[0] == 404
    axiomo_server.revoke_key(key.id)
    assert get(axiomo_server, "/scans/x", key)[0] == 401


def test_a_key_is_not_shown_by_what_is_printed_of_it(axiomo_server: MockServer) -> None:
    key = axiomo_server.create_key()
    assert key.key.startswith("ax_")
    assert key.key not in repr(key) + str(key) + repr([key]) + repr(axiomo_server)


def test_a_script_decides_what_becomes_of_requests_and_says_what_is_left(axiomo_server: MockServer) -> None:
    axiomo_server.script([{"on": {"path": "/api/scans/*"}, "do": [{"respond": {"status": 503}}, "real"]}])
    assert get(axiomo_server, "/scans/x")[0] == 503
    assert [rule["do"] for rule in axiomo_server.script_left()] == [["real"]]
    assert get(axiomo_server, "/scans/x")[0] == 404
    assert axiomo_server.script_left() == []


def test_the_journal_tells_what_happened_after_a_number(axiomo_server: MockServer) -> None:
    get(axiomo_server, "/scans/first")
    axiomo_server.await_journal({"event": "closed"}, timeout=30)
    first = axiomo_server.requests()
    assert [entry.get("target") for entry in first] == ["/api/scans/first"]
    get(axiomo_server, "/scans/second")
    later = axiomo_server.await_journal({"event": "answer", "status": 404}, count=2, timeout=30)
    assert [entry["n"] for entry in later] == sorted(entry["n"] for entry in later)
    assert all(entry["n"] > first[0]["n"] for entry in axiomo_server.journal(since=first[0]["n"]))
    axiomo_server.await_journal({"event": "closed"}, count=2, timeout=30)
    axiomo_server.clear_journal()
    assert axiomo_server.journal() == []


def test_what_does_not_happen_in_time_is_an_assertion_that_says_so(axiomo_server: MockServer) -> None:
    with pytest.raises(NotSeenError, match="there were no 1 entries") as caught:
        axiomo_server.await_journal({"event": "gone"}, timeout=0.01)
    assert isinstance(caught.value, AssertionError)
    assert caught.value.code == "not_seen"


def test_limits_hold_from_the_next_request_on(axiomo_server: MockServer) -> None:
    axiomo_server.set_limits(address=2)
    assert [get(axiomo_server, "/scans/x")[0] for _ in range(3)] == [404, 404, 429]


@pytest.mark.axiomo(limits={"address": 1, "window_ms": 1000})
def test_the_mark_says_how_the_server_is_to_be(axiomo_server: MockServer) -> None:
    assert axiomo_server.snapshot()["limits"]["address"] == 1
    assert get(axiomo_server, "/scans/x")[1]["x-ratelimit-limit"] == "1"


def test_what_a_control_refuses_is_an_error_that_says_what_was_expected(axiomo_server: MockServer) -> None:
    with pytest.raises(MockServerError, match="unknown field `keys`") as caught:
        axiomo_server.set_limits(keys=1)
    assert caught.value.code == "invalid_request"


def test_time_of_the_machine_cannot_be_moved(axiomo_server: MockServer) -> None:
    assert axiomo_server.clock() is None
    with pytest.raises(MockServerError, match="machine's time"):
        axiomo_server.advance(1)


def test_virtual_time_passes_when_it_is_told_to(virtual_server: MockServer) -> None:
    assert virtual_server.elapsed() == 0
    virtual_server.advance(600.5)
    assert virtual_server.elapsed() == 600.5


def test_an_answer_that_is_late_by_ten_minutes_takes_no_time(virtual_server: MockServer) -> None:
    virtual_server.script([{"on": {"path": "/api/scans/*"}, "do": [{"delay_ms": 600_000}]}])
    started = time.monotonic()
    assert get(virtual_server, "/scans/x")[0] == 404
    assert virtual_server.elapsed() == 600
    assert time.monotonic() - started < 10


def test_held_time_passes_only_until_a_function_returns(virtual_server: MockServer) -> None:
    virtual_server.script([{"on": {"path": "/api/scans/*"}, "do": [{"delay_ms": 1000}, {"delay_ms": 1000}]}])
    with virtual_server.held_time():
        assert virtual_server.run_until(lambda: get(virtual_server, "/scans/x")[0]) == 404
        assert virtual_server.elapsed() == 1
    assert get(virtual_server, "/scans/x")[0] == 404
    assert virtual_server.elapsed() == 2


def test_servers_in_one_program_know_nothing_of_each_other(axiomo_program: Program) -> None:
    with MockServer(program=axiomo_program) as one, MockServer(program=axiomo_program) as other:
        assert one.base_url != other.base_url
        key = one.create_key()
        assert get(one, "/scans/x", key)[0] == 404
        assert get(other, "/scans/x", key)[0] == 401


def test_a_server_is_started_by_the_name_that_all_languages_have(axiomo_program: Program) -> None:
    with MockServer.start(limits={"address": 1}, program=axiomo_program) as server:
        assert server.snapshot()["limits"]["address"] == 1
        assert get(server, "/scans/x")[0] == 404
    started, made = (inspect.signature(make).parameters.values() for make in (MockServer.start, MockServer))
    assert list(started) == list(made)


def test_a_closed_server_listens_no_more_and_says_so(axiomo_program: Program) -> None:
    server = MockServer(program=axiomo_program)
    server.close()
    server.close()
    with pytest.raises(ConnectionRefusedError):
        get(server, "/scans/x")
    with pytest.raises(MockServerError, match="closed"):
        server.journal()


def test_an_address_that_is_no_repository_is_refused(axiomo_program: Program, tmp_path: Path) -> None:
    with pytest.raises(MockServerError, match="nonsense") as caught:
        MockServer(repositories={"nonsense": tmp_path}, program=axiomo_program)
    assert caught.value.code == "invalid_request"


def test_where_there_is_no_program_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AXIOMO_MOCK_SERVER", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "axiomo_mock_server", None)
    with pytest.raises(ProgramNotFoundError, match="pip install axiomo-mock-server"):
        MockServer()


@pytest.mark.parametrize(("named", "said"), [("nowhere", "cannot be started"), (sys.executable, "printed nothing")])
def test_a_program_that_is_another_is_an_error(monkeypatch: pytest.MonkeyPatch, named: str, said: str) -> None:
    monkeypatch.setenv("AXIOMO_MOCK_SERVER", named)
    with pytest.raises(MockServerError, match=said):
        Program()


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_the_program_ends_with_whoever_started_it_even_if_that_is_killed() -> None:
    text = "from axiomo.testing import MockServer; server = MockServer(); print('started', flush=True); input()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", text], text=True, stdin=pipe, stdout=pipe, stderr=pipe) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "started\n"
        child.send_signal(signal.SIGKILL)
        # The server has it too, so that it ends no earlier than the server does.
        assert child.communicate(timeout=20) == ("", "")


def test_importing_the_package_loads_nothing_of_the_test_kit() -> None:
    text = "import sys, json, axiomo; print(json.dumps([name for name in sys.modules if 'testing' in name]))"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
