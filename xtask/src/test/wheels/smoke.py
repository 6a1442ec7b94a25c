"""That what was installed works where nothing else is. Takes a repository with the merged pull request 7."""

import asyncio
import importlib.metadata
import os
import subprocess
import sys

import axiomo
import axiomo_mock_server
from axiomo.testing import MockServer

repository = sys.argv[1]
address = "https://github.com/acme/shop"
assert axiomo.__file__.startswith(sys.prefix), axiomo.__file__
assert [point.value for point in importlib.metadata.entry_points(group="pytest11")] == ["axiomo.testing.pytest_plugin"]

with MockServer(repositories={address: repository}, virtual_time=True) as server:
    refused = {"respond": {"status": 429, "headers": {"retry-after": "600"}}}
    server.script([{"on": {"path": "/api/analyze"}, "do": [refused, "real"]}])
    with server.client(timeout=3600, max_wait=3600) as client:
        signal = client.analyze(f"{address}/pull/7").signal
    assert signal.pr.owner == "acme" and signal.risk.level in axiomo.RiskLevel.known(), signal
    assert server.elapsed() >= 600, server.elapsed()

    async def again() -> axiomo.Signal:
        async with server.async_client() as client:
            return (await client.scan(signal.signal_id)).signal

    assert asyncio.run(again()).risk == signal.risk

version = importlib.metadata.version("axiomo")
scripts = os.path.dirname(axiomo_mock_server.path())
assert scripts.startswith(sys.prefix), scripts
for command in ([sys.executable, "-m", "axiomo"], [axiomo_mock_server.path()], [os.path.join(scripts, "axiomo")]):
    told = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert version in told.stdout, told
print(f"{sys.implementation.name} {sys.version.split()[0]} with axiomo {version}")
