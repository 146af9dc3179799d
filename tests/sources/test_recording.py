"""What a snapshot tells the history, and that a synchronisation tells it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from swgdata import sources
from swgdata.analytics import entity_changes
from swgdata.sources import recording, snapshot, sync
from swgdata.storage.history import Observation, Samples, SpawnObservation
from tests.support.fake_site import Site


def told(feed: str) -> Observation | Samples | SpawnObservation:
    """The one reading of a feed."""
    (reading,) = recording.observations_of(snapshot.load(feed))
    return reading


@pytest.mark.usefixtures("site")
def test_each_feed_tells_its_figures() -> None:
    """Every entity under its key, with the figures of the feed."""
    cities, frame = told("cities"), snapshot.load("cities").frame
    assert isinstance(cities, Observation)
    first = frame.iloc[0]
    key = entity_changes.city_key(first["name"], first["planet"])
    assert cities.values["citizens", key] == first["citizens"]
    assert cities.values["active", key] == first["active_citizens"]
    assert cities.complete
    guilds = told("guilds")
    assert isinstance(guilds, Observation)
    assert len(guilds.values) == 2 * len(snapshot.load("guilds").frame)
    pulse, samples = told("pulse"), snapshot.load("pulse").frame
    assert isinstance(pulse, Samples)
    assert list(pulse.samples["online"].values()) == samples["online"].dropna().tolist()
    spawns = told("resources")
    assert isinstance(spawns, SpawnObservation)
    assert len(spawns.up) == snapshot.load("resources").frame["in_spawn"].sum()


@pytest.mark.usefixtures("site")
def test_no_reading_is_of_the_future() -> None:
    """The source's own time, but never later than we had it."""
    one = snapshot.load("cities")
    assert told("cities").at == min(one.as_of, one.fetched_at)
    assert told("cities").at <= datetime.now(UTC) + timedelta(seconds=1)


@pytest.mark.usefixtures("site")
def test_most_feeds_tell_nothing() -> None:
    """Titles and categories have no history."""
    assert recording.observations_of(snapshot.load("titles")) == []


def test_stale_and_partial_snapshots_end_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stale data were told before; where rows were set aside, what is absent may be among them."""
    snapshot.load("cities")
    site.says["/api/cities.php"] = 503
    monkeypatch.setenv("SWG_FRESH_FOR__CITIES", "0.001")
    sources.reset()
    one = snapshot.load("cities")
    assert one.stale
    assert recording.observations_of(one) == []


def test_keys() -> None:
    """A city is its name and planet, a guild its tag and name; in any case."""
    assert entity_changes.city_key(" Bestine ", "Tatooine") == entity_changes.city_key(
        "BESTINE", "tatooine"
    )
    assert entity_changes.city_key("A", "Lok") != entity_changes.city_key("A", "Rori")
    assert entity_changes.guild_key(" KRYT ", "Krayt Riders") == entity_changes.guild_key(
        "kryt", "KRAYT RIDERS"
    )
    assert entity_changes.guild_key("KRYT", "Krayt Riders") != entity_changes.guild_key(
        "KRYT", "Krayt Hunters"
    )


def test_a_synchronisation_is_remembered(site: Site) -> None:
    """Cities, guilds, spawns and samples are in the history when it ends, once each."""
    place = sources.live_source()
    sync.run(place)
    cities = snapshot.load("cities").frame
    history = place.history
    assert len(history.values_at("city", "citizens", datetime.now(UTC))) == len(cities)
    assert len(history.samples("online")) == len(snapshot.load("pulse").frame)
    assert (
        len(history.intervals(is_open=True)) == snapshot.load("resources").frame["in_spawn"].sum()
    )
    points = len(history.points("city", "citizens"))
    sync.run(place, force=True)
    assert len(history.points("city", "citizens")) == points
    assert len(history.samples("online")) == len(snapshot.load("pulse").frame)


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("feed", ["cities", "guilds", "professions"])
def test_an_empty_feed_is_a_reading(feed: str) -> None:
    """A feed may list nothing: then all that were known are gone, and no synchronisation fails."""
    one = snapshot.load(feed)
    empty = {name: frame.head(0) for name, frame in one.tables.items()}
    (reading,) = recording.observations_of(replace(one, tables=empty))
    assert isinstance(reading, Observation)
    assert [reading.values, reading.complete] == [{}, True]


@pytest.mark.usefixtures("site")
def test_a_fault_of_ours_in_one_feed_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an outcome like any other, and the others are recorded."""
    telling = {**recording._RECORDERS, "cities": lambda _: 1 / 0}
    monkeypatch.setattr(recording, "_RECORDERS", telling)
    runs = {run.feed: run for run in sync.run(sources.live_source(), ["cities", "guilds"])}
    assert [runs["cities"].ok, runs["guilds"].ok] == [False, True]
    assert "ZeroDivisionError" in (runs["cities"].reason or "")
    assert len(sources.live_source().history.runs()) == 2
