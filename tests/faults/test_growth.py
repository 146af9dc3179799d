"""Ten thousand different questions: the disk keeps its budget, the memory its size."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.support.services import ROOT

pytestmark = pytest.mark.slow
QUESTIONS: Final = """
import os, sys
from io import BytesIO
from pathlib import Path
from urllib3 import HTTPResponse
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from swgdata.client import Client
from swgdata.client.cache_backends import FILE, MOST_BYTES
from tests.support.client_fixtures import THINGS, Clock, feed

folder, budget = Path(sys.argv[1]), MOST_BYTES

class Site(BaseAdapter):
    def send(self, request, **_):
        response = Response()
        response.status_code, response.url, response.request = 200, request.url, request
        body = b'{"rows": ["%s"]}' % os.urandom(8000).hex().encode()
        response.raw = HTTPResponse(BytesIO(body), {}, 200, preload_content=False)
        return response

    def close(self):
        pass

def memory():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

def on_disk():
    return sum(file.stat().st_size for file in folder.iterdir())

city = feed("/api/city.php", name="city", parameters=("name",))
caller = Client("http://site.invalid", store=folder, transport=Site())
caller.fetch(THINGS)
before = largest = 0
for number in range(10_000):
    caller.fetch(city, {"name": str(number)})
    if number % 50 == 0:
        caller.fetch(city, {"name": "0"})  # in use all the time
    if number == 500:
        before = memory()
    if number % 20 == 0:
        largest = max(largest, on_disk())
print(f"disk {largest / budget:.3f} of the budget, memory +{(memory() - before) >> 20} MB,",
      caller.stats()["entries"], "kept")
assert largest <= 1.1 * budget, {file.name: file.stat().st_size for file in folder.iterdir()}
assert memory() - before <= 50 << 20
assert caller.stored(THINGS) is not None, "whole feeds stay"
assert caller.stored(city, {"name": "0"}) is not None, "what is used stays"
assert caller.stored(city, {"name": "1"}) is None, "what is not used goes"
assert caller.stored(city, {"name": "9999"}) is not None
assert caller.stats()["entries"] > 1000
assert caller.store_notice is None
caller.close()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_ten_thousand_questions(tmp_path: Path) -> None:
    """The least recently used go; what every visitor needs stays."""
    command = [sys.executable, "-c", QUESTIONS, str(tmp_path / "http")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stderr[-3000:]
