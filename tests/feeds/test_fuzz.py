"""20,000 random documents and 20,000 damaged bodies: nothing but our own refusal is raised."""

import json
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swgdata.feeds import feeds_of
from tests.feeds.test_variants import BODIES, CASES, JSON, answered, paths, replaced
from tests.support.fake_site import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def shortened(export: dict[str, Any]) -> dict[str, Any]:
    """The same document with its first two records."""
    results = export["results"]
    few = results[:2] if isinstance(results, list) else dict(list(results.items())[:2])
    return {**export, "results": few}


SITE: Final = Site(rows=2)
EXPORTS: Final = {name: feed for name, feed in feeds_of("swgtracker").items() if feed.export}
FEEDS: Final = {case: feed for case, (feed, _) in CASES.items()} | EXPORTS
DOCUMENTS: Final = {case: json.loads(body) for case, body in BODIES.items()} | {
    name: shortened(json.loads(SITE.answer(feed.path).body)) for name, feed in EXPORTS.items()
}
PATHS: Final = {case: list(paths(document)) for case, document in DOCUMENTS.items()}
BYTES: Final = {case: json.dumps(document).encode() for case, document in DOCUMENTS.items()}


def fuzz(examples: int) -> settings:
    """So many examples, none remembered."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=examples, suppress_health_check=slow, database=None)


@fuzz(10_000)
@given(case=st.sampled_from(sorted(FEEDS)), document=JSON)
def test_any_document(case: str, document: Any) -> None:
    """Arbitrary JSON with the feeds' own keys in it."""
    answered(FEEDS[case], json.dumps(document).encode())


@fuzz(10_000)
@given(case=st.sampled_from(sorted(FEEDS)), place=st.floats(0, 1), node=JSON)
def test_any_node(case: str, place: float, node: Any) -> None:
    """A real document with one node replaced by arbitrary JSON."""
    path = PATHS[case][int(place * (len(PATHS[case]) - 1))]
    told = replaced(DOCUMENTS[case], path, node)
    answered(FEEDS[case], json.dumps(told).encode())


@fuzz(20_000)
@given(
    case=st.sampled_from(sorted(FEEDS)),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9), st.binary(max_size=4)), max_size=3),
    end=st.floats(0.5, 1.5),
)
def test_any_bytes(case: str, cuts: list[tuple[float, int, bytes]], end: float) -> None:
    """A real body with bytes cut out, put in, or cut off at its end."""
    body = BYTES[case]
    for place, length, piece in cuts:
        at = int(place * len(body))
        body = body[:at] + piece + body[at + length :]
    answered(FEEDS[case], body[: int(end * len(body))])
