"""Twenty rounds of manifests and exports that do not fit: a wrong file is never believed."""

import gzip
import json
import random
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

import pytest

from swgdata.errors import FeedError
from swgdata.sources import live_source
from swgdata.sources.snapshot import load
from tests.support.fake_site import MANIFEST, Site

DUMP: Final = "/exports/resources.json"
ROUNDS: Final = 20


def right(site: Site) -> None:
    """All is well."""


def flipped(site: Site) -> None:
    """One bit of the file is another."""
    body = bytearray(gzip.decompress(_file(site)))
    body[len(body) // 2] ^= 1
    site.says[DUMP + ".gz"] = gzip.compress(bytes(body), 1)


def swapped(site: Site) -> None:
    """Another export in its place."""
    site.says[DUMP + ".gz"] = site.answer("/exports/schematics.json.gz").body


def cut(site: Site) -> None:
    """The end is missing."""
    site.says[DUMP + ".gz"] = _file(site)[:-9]


def manifest_old(site: Site) -> None:
    """The file was renewed, the manifest not yet."""
    site.says[MANIFEST] = site.answer(MANIFEST).body
    site.renew(days=1)


def file_old(site: Site) -> None:
    """The manifest was renewed, the file not yet."""
    site.says[DUMP + ".gz"] = _file(site)
    site.renew(days=1)


def capitals(site: Site) -> None:
    """The digest in capitals."""
    _entry(site, lambda entry: entry | {"sha256": entry["sha256"].upper()})


def silent(site: Site) -> None:
    """No digest: size and count must do."""
    _entry(site, lambda entry: {name: entry[name] for name in entry if name != "sha256"})


GOOD: Final = (right, capitals, silent)
BAD: Final = (flipped, swapped, cut, manifest_old, file_old)


def _file(site: Site) -> bytes:
    return site.answer(DUMP + ".gz").body


def _entry(site: Site, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    document = json.loads(site.answer(MANIFEST).body)
    document["datasets"]["resources"] = change(document["datasets"]["resources"])
    site.says[MANIFEST] = json.dumps(document).encode()


@pytest.fixture
def anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Manifests are asked for each time; a failed download is not waited out."""
    monkeypatch.setenv("SWG_FRESH_FOR__MANIFEST", "0.001")
    monkeypatch.setattr("swgdata.sources.downloads.DownloadTracker.failure", lambda *_: None)
    monkeypatch.setattr("swgdata.client.backoff.Backoff.refusal", lambda *_: None)


@pytest.mark.usefixtures("anew")
def test_twenty_rounds(site: Site) -> None:
    """Only what the manifest describes is shown; a round costs two downloads at most."""
    chance, true = random.Random(12), set()
    kinds = [*GOOD, *BAD, *chance.choices(GOOD + BAD, k=ROUNDS - len(GOOD + BAD))]
    chance.shuffle(kinds)
    for kind in [right, *kinds]:
        site.says.clear()
        site.renew(days=1)
        true.add(sha256(gzip.decompress(_file(site))).hexdigest())
        kind(site)
        if kind is manifest_old:
            true.add(sha256(gzip.decompress(_file(site))).hexdigest())
        site.asked.clear()
        before = _stored()
        try:
            stale = load("resources", wait=60).stale
        except FeedError:
            stale = True
        now = _stored()
        assert site.asked[DUMP + ".gz"] <= 2, kind.__name__
        assert now in true, kind.__name__
        assert stale == (kind in BAD), kind.__name__
        if kind is not silent:  # without a digest the count is all there is to see a change by
            assert (now == before) == (kind in BAD), kind.__name__


def _stored() -> str | None:
    stored = live_source().datasets.open("resources")
    return stored.sha256 if stored else None
