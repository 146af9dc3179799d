"""The tables of our own watch of the spawns: turnover, lifetimes, who leaves, droughts."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from swgdata.analytics import spawn_lifetimes, survival
from swgdata.analytics.spawn_changes import turnover
from swgdata.analytics.spawn_lifetimes import by_age, lifetimes
from swgdata.analytics.survival import families, fit, steps
from swgdata.errors import ParameterError
from tests.support.history_series import BERLIN, intervals
from tests.support.sample_frames import NOW, resources
from tests.support.table_inputs import DAY, ask, feeds, loader

HOUR = timedelta(hours=1)
OURS = ("spawn_turnover", "spawn_intervals", "spawn_lifetimes", "spawn_chances", "leaving_soon")


class Watch:
    """A history of the spawns by hand."""

    def __init__(self, rows: pd.DataFrame, observed: list[datetime]) -> None:
        self.rows, self.times = rows, observed

    def intervals(
        self,
        *,
        ids: Collection[int] | None = None,
        since: datetime | None = None,
        is_open: bool | None = None,
    ) -> pd.DataFrame:
        """As ``History.intervals``, for ``since``."""
        assert ids is None
        assert is_open is None
        gone = self.rows["first_missing"]
        keep = gone.isna() if since is None else gone.isna() | (gone >= since)
        return self.rows if since is None else self.rows.loc[keep]

    def observed(self, kind: str, *_: object) -> list[datetime]:
        """When we looked."""
        assert kind == "spawns"
        return self.times


def at(ago: timedelta) -> str:
    """A time before now."""
    return f"{NOW - ago:%Y-%m-%d %H:%M:%S}"


def life(number: int, code: str, born: float, ended: float | None, **row: Any) -> dict[str, Any]:
    """A spawn seen from its birth so many hours ago to its end; up where that is None."""
    gone = None if ended is None else at((ended - 1) * HOUR)
    seen = at(((ended or 0) + 1) * HOUR)
    start = at(born * HOUR)
    return {
        "resource_id": number,
        "class_code": code,
        "entered": start,
        "first_seen": start,
        "last_seen": seen,
        "first_missing": gone,
        **row,
    }


def crowd() -> pd.DataFrame:
    """40 steels that lasted 10, 20, ... 400 h; 5 gases; Steel01 and Steel03 up, and an odd one.

    Steel03 was lost for a day in between, as when an import of the site fails.
    """
    past = [life(1000 + n, "nestl", 600, 600 - 10 * n) for n in range(1, 41)]
    few = [life(2000 + n, "elktv", 500, 500 - 10 * n) for n in range(1, 6)]
    up = [
        life(1, "dustl", 100, None, name="Steel01"),
        life(3, "dustl", 300, 200, name="Steel03"),
        life(3, "dustl", 300, None, name="Steel03", entered=at(150 * HOUR)),
        life(2, "dustl", 50, None, name="Steel02"),  # despawned since, says the export
        life(9000, "dustl", 40, None, name="Nowhere"),  # not listed any more
    ]
    return intervals(*past, *few, *up)


def daily() -> list[datetime]:
    """A look every day of a month, but for three days."""
    return [NOW - day * DAY for day in range(30, -1, -1) if day not in (9, 10, 11)]


@pytest.fixture
def watch() -> Watch:
    """The crowd, watched daily."""
    return Watch(crowd(), daily())


def test_turnover_is_that_of_the_analytics(watch: Watch) -> None:
    """Days by name, in the zone asked for; days nobody looked are null with a reason."""
    for zone in ("UTC", BERLIN):
        result = ask("spawn_turnover", {"zone": zone}, history=watch)
        expected = turnover(watch.rows, watch.times, zone=ZoneInfo(zone))
        assert result.frame["day"].tolist() == expected["day"].dt.strftime("%Y-%m-%d").tolist()
        for name in ("looks", "spawned", "despawned", "net", "vague"):
            pd.testing.assert_series_equal(result.frame[name], expected[name])
    blank = ask("spawn_turnover", {"class_code": "gas"}, history=watch)
    unlooked = blank.frame.loc[blank.frame["looks"] == 0]
    assert len(unlooked) == 3
    assert unlooked["spawned"].isna().all()
    assert blank.notes["net"] == "nobody looked that day"
    assert blank.as_of == watch.times[-1]


def test_turnover_narrowed(watch: Watch) -> None:
    """By class, by planet of what is still listed, and to the last days of the calendar."""
    asked = {"class_code": "gas", "days": 10}
    rows = ask("spawn_turnover", asked, history=watch).frame
    assert rows["day"].tolist()[0] == f"{NOW - 9 * DAY:%Y-%m-%d}"
    assert rows["day"].tolist()[-1] == f"{NOW:%Y-%m-%d}"
    everywhere = ask("spawn_turnover", {"class_code": "dustl"}, history=watch).frame
    naboo = ask("spawn_turnover", {"class_code": "dustl", "planet": "Naboo"}, history=watch).frame
    assert everywhere["spawned"].sum() == 5  # one came twice
    assert naboo["spawned"].sum() == 4  # nobody knows where the unlisted one was
    lok = ask("spawn_turnover", {"planet": "Lok"}, history=watch).frame
    assert lok["spawned"].sum() == 0


def test_intervals_newest_first(watch: Watch) -> None:
    """With the middle of the gap as the end, and what the export says of each."""
    rows = ask("spawn_intervals", {"class_code": "dustl"}, history=watch).frame
    assert rows["name"].tolist() == ["Nowhere", "Steel02", "Steel03", "Steel03", "Steel01"]
    back, before = rows.iloc[2], rows.iloc[3]
    assert back["in_spawn"]
    assert not before["in_spawn"]
    assert before["despawned"] == NOW - 200 * HOUR
    assert before["days_up"] == pytest.approx(100 / 24)
    assert rows["quality"].tolist()[4] == 5.0
    assert pd.isna(rows["quality"][0])
    assert rows["planets"].tolist()[4] == ("Naboo",)
    assert rows["class_name"].tolist()[4] == "Duranium Steel"
    few = ask("spawn_intervals", {"days": 5, "name": "steel"}, history=watch).frame
    assert set(few["name"]) == {"Steel01", "Steel02", "Steel03"}
    gone = ask("spawn_intervals", {"days": 9}, history=watch).frame
    assert (gone["first_missing"].isna() | (gone["first_missing"] >= NOW - 9 * DAY)).all()


def test_survival_is_that_of_the_steps(watch: Watch) -> None:
    """At each age the step reached; from twenty watched down, no number."""
    lives = lifetimes(watch.rows)
    result = ask("spawn_lifetimes", {"every": 5}, history=watch)
    rows = result.frame.set_index(["family", "age_hours"])
    for family, curve in {**families(lives), spawn_lifetimes.ALL: fit(lives)}.items():
        known = steps(curve).set_index("age")
        for age, row in rows.loc[family].iterrows():
            assert row["at_risk"] == curve.watched_at(float(str(age)))
            if row["at_risk"] < survival.FEWEST_AT_RISK:
                assert row[["survival", "low", "high"]].isna().all()
                continue
            step = known.loc[: float(str(age))].iloc[-1]
            assert row["survival"] == pytest.approx(step["survival"], abs=1e-12)
            if 0 < step["survival"] < 1:
                assert row["low"] == pytest.approx(step["low"], abs=1e-12)
                assert row["high"] == pytest.approx(step["high"], abs=1e-12)
    parts = {str(family): part for family, part in result.frame.groupby("family")}
    assert parts["min"]["left"].sum() == 40
    assert parts["gas"]["survival"].isna().all()
    assert "fewer than 20" in result.notes["survival"]
    assert parts["min"]["median_hours"].nunique() == 1


def test_what_entered_late_does_not_take_the_curve_down() -> None:
    """One watched alone leaves at once: the curve begins where twenty are watched."""
    alone = life(1, "nestl", 100, 99)
    late = [
        life(n, "nestl", 500, 400 - 10 * n, entered=at(490 * HOUR)) for n in range(2, 30)
    ]  # watched from ten hours on
    curve = fit(lifetimes(intervals(alone, *late)))
    assert steps(curve)["survival"].iloc[-1] == 0
    assert steps(curve)["survival"].iloc[1] == 0
    rows = by_age(curve, every=10).set_index("age")
    assert rows["survival"].isna()[[0.0]].all()
    assert rows.loc[110, "survival"] == 1
    assert rows.loc[130, "survival"] == pytest.approx(26 / 28)
    assert by_age(fit(lifetimes(intervals())), every=6)["survival"].isna().all()


def test_the_chance_is_told_or_refused_with_a_reason(watch: Watch) -> None:
    """As ``lasting.chance`` and ``lasting.median`` say, one row a family and one for all."""
    lives = lifetimes(watch.rows)
    rows = ask("spawn_chances", {"age": 100, "ahead": 24}, history=watch).frame
    assert rows["family"].tolist() == ["gas", "min", spawn_lifetimes.ALL]
    rows = rows.set_index("family")
    for family, curve in {**families(lives), spawn_lifetimes.ALL: fit(lives)}.items():
        odds, half = (
            survival.survival_chance(curve, age=100, ahead=24),
            survival.median_lifetime(curve),
        )
        row = rows.loc[family]
        assert row["n"] == odds.n
        if odds.value is None:
            assert pd.isna(row["chance"])
            assert row["reason"] == odds.reason
        else:
            assert (row["chance"], row["low"], row["high"]) == (odds.value, odds.low, odds.high)
            assert pd.isna(row["reason"])
        assert pd.isna(row["median_hours"]) if half.age is None else row["median_hours"] == half.age
    assert "takes 20" in str(rows.loc["gas", "reason"])
    assert "of 20" in str(rows.loc["gas", "median_reason"])
    one = ask("spawn_chances", {"class_code": "nestl"}, history=watch).frame
    assert one["family"].tolist() == ["nestl", spawn_lifetimes.ALL]
    assert one["family_name"].tolist() == ["Neutronium Steel", "All classes"]
    assert one["spawns"].tolist()[0] == one["ended"].tolist()[0] == 40


def test_who_may_leave_first(watch: Watch) -> None:
    """Only what the newest export still has in spawn, by the analytics, with names and planets."""
    lives = lifetimes(watch.rows)
    result = ask("leaving_soon", {}, history=watch)
    rows = result.frame
    assert set(rows["name"]) == {"Steel01", "Steel03"}
    up = lives.loc[lives["resource_id"].isin([1, 3])]
    expected = spawn_lifetimes.leaving_soon(
        up, curves=families(lives), everything=fit(lives), now=NOW
    )
    assert rows["resource_id"].tolist() == expected["resource_id"].tolist()
    for column in ("hours_left", "hours_low", "hours_high", "chance_24h"):
        known = expected[column].tolist()
        assert rows[column].astype("float64").tolist() == pytest.approx(known, nan_ok=True)
    old = rows.set_index("name").loc["Steel03"]
    assert old["age_hours"] == 300
    assert old["n"] == survival.survival_chance(fit(lives), age=300, ahead=24).n
    assert pd.isna(old["hours_left"])
    assert "fewer than 20" in result.notes["hours_left"]
    assert old["planets"] == ("Naboo",)
    assert ask("leaving_soon", {"planet": "Lok"}, history=watch).frame.empty
    assert len(ask("leaving_soon", {"limit": 1}, history=watch).frame) == 1
    assert ask("leaving_soon", {"class_code": "gas"}, history=watch).frame.empty
    assert len(ask("leaving_soon", {"class_code": "stl"}, history=watch).frame) == 2


def test_nothing_remembered_is_empty() -> None:
    """No history, an empty one, and one without the feed's rows."""
    empty = Watch(intervals(), [])
    bare = loader({**feeds(), "resources": {"resources": resources()}})
    for name in OURS:
        for options in ({}, {"history": empty}, {"history": empty, "load": bare}):
            frame = ask(name, {}, **options).frame
            assert frame.empty or (name == "spawn_chances" and frame["spawns"].tolist() == [0])
    watched = ask("leaving_soon", {}, history=Watch(crowd(), daily()), load=bare)
    assert watched.frame.empty


def test_droughts_by_hand() -> None:
    """Steel of 70 % and more is up as Steel15 and others; gas waits for ever."""
    rows = ask("droughts", {"threshold": 70}).frame.set_index("class_code")
    steel = rows.loc["dustl"]
    assert (steel["up"], steel["good"], steel["spawns"]) == (3, 7, 20)
    assert (steel["days"], steel["last"]) == (14, "Steel14")
    only = ask("droughts", {"threshold": 70, "class_code": "stl"}).frame
    assert only["class_code"].tolist() == ["dustl"]
    naboo = ask("droughts", {"threshold": 40, "planet": "Naboo"}).frame.set_index("class_code")
    assert naboo.loc["dustl", "good"] == 3  # 40, 45 and 50 %
    none = ask("droughts", {"threshold": 100, "class_code": "becpr"})
    assert none.frame["days"].isna().all()
    assert none.notes["days"].startswith("none was ever good enough")


def test_droughts_by_weights() -> None:
    """Per cent of what the weights can reach, against the caps of the class asked for."""
    asked = {"weights": "OQ=100", "threshold": 95}
    rows = ask("droughts", asked).frame.set_index("class_code")
    assert rows.loc["dustl", "good"] == 2  # 950 and 1000 of 1000
    with pytest.raises(ParameterError):
        ask("droughts", {"threshold": 101})
