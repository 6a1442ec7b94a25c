from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import axiomo

if TYPE_CHECKING:
    from collections.abc import Generator

    from axiomo.testing import MockServer


@pytest.fixture
def redis() -> Generator[str]:
    """The address of a Redis that keeps nothing."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("needs Redis: on Debian, apt-get install redis-server")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert any("Ready to accept connections" in line for line in server.stdout)
            yield f"redis://127.0.0.1:{port}"
        finally:
            server.kill()


CALLS = """
import sys, axiomo
base_url, key, redis, count = sys.argv[1:]
client = axiomo.Client(key, base_url=base_url, rate_limiter=axiomo.RateLimiter.redis(redis))
for number in range(int(count)):
    try:
        client.scan(str(number))
    except axiomo.NotFoundError as error:
        assert len(error.attempts) == 1
"""


def test_processes_share_what_redis_keeps(axiomo_server: MockServer, redis: str) -> None:
    axiomo_server.set_limits(key=8)
    arguments = [axiomo_server.base_url, axiomo_server.key.key, redis]
    for count in ("5", "3"):
        command = [sys.executable, "-c", CALLS, *arguments, count]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert (ended.returncode, ended.stderr) == (0, "")
    # This process has sent nothing, and knows that nothing is left.
    limiter = axiomo.RateLimiter.redis(redis)
    with pytest.raises(axiomo.RateLimitError) as caught:
        axiomo_server.client(rate_limiter=limiter, max_wait=0.5).scan("x")
    assert (caught.value.local, caught.value.sent, caught.value.attempts) == (True, "no", ())
    assert limiter.snapshot().limit == 8
    assert len(axiomo_server.requests()) == 8
