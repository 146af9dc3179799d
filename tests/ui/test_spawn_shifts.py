"""The spawn shifts page: two versions chosen, counted, listed, drawn; and when there is but one."""

from typing import Any, Final

import pandas as pd
import pytest

from swgdata import query, sources
from swgdata.sources import datasets
from swgdata.sources.snapshot import load
from swgdata.ui.spawn_shifts import changes as shift_changes
from swgdata.ui.text import DASH
from tests.support import app_visitors, table_inputs
from tests.support.app_visitors import charts, figures, opened, said, table, titles
from tests.support.fake_site import Site
from tests.support.table_inputs import ask
from tests.tables.test_spawn_shifts import depopulate

fresh_caches = app_visitors.fresh_caches
PAGE: Final = "shifts"


@pytest.fixture
def days(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site of which three daily exports are stored."""
    monkeypatch.setenv("SWG_FRESH_FOR__MANIFEST", "0.000001")
    load("resources")
    for _ in range(2):
        site.renew(days=1)
        load("resources", wait=30)
    monkeypatch.delenv("SWG_FRESH_FOR__MANIFEST")
    sources.reset()
    return site


def names() -> list[str]:
    """How the page calls the stored versions, newest first."""
    kept = datasets.stored_versions("resources", source=sources.active())
    return [f"{version.as_of:%Y-%m-%d %H:%M} UTC" for version in kept]


def counted(**parameters: Any) -> dict[str, int]:
    """Change -> how many, by the table itself."""
    counts = query.table("spawn_shifts", **parameters).frame["change"].value_counts()
    return {str(change): int(number) for change, number in counts.items()}


def listed(app: Any) -> pd.DataFrame:
    """The list of changes."""
    return table(app, "change", "detail")


@pytest.mark.usefixtures("site")
def test_one_version_is_said_and_nothing_is_made_up() -> None:
    """With what to expect next; no figures, no list, no error."""
    app = opened(PAGE)
    assert not app.exception
    assert "One version so far" in said(app)
    assert "next daily export makes a comparison possible" in said(app)
    assert "Source: swgtracker" in said(app)
    assert figures(app)["Last shift"] == DASH
    assert "Spawned" not in figures(app)
    assert not app.dataframe


@pytest.mark.usefixtures("days")
def test_the_newest_two_are_compared() -> None:
    """Headline, list, chart and table agree; everything can be downloaded."""
    app = opened(PAGE)
    assert not app.exception
    changes = counted()
    assert figures(app)["Spawned"] == f"{changes['spawned']:,}"
    assert figures(app)["Despawned"] == f"{changes['despawned']:,}"
    assert len(listed(app)) == sum(changes.values())
    newest, before, _ = names()
    assert (app.selectbox(key="shifts_since").value, app.selectbox(key="shifts_until").value) == (
        before,
        newest,
    )
    assert titles(app)[0].startswith(f"{sum(changes.values())} changes; best that spawned: ")
    assert "moved most: " in titles(app)[1]
    assert charts(app) == 1
    assert [button.label for button in app.download_button] == ["CSV", "JSON"] * 2
    assert not any(button.disabled for button in app.download_button)


@pytest.mark.usefixtures("days")
def test_a_link_opens_two_versions_and_filters() -> None:
    """Whichever of the two is named first, the older one is compared with the newer."""
    newest, _, oldest = names()
    kept = datasets.stored_versions("resources", source=sources.active())
    since = kept[2].sha256[:12]
    link = {"shifts_since": newest, "shifts_until": oldest, "shifts_change": "Despawned"}
    app = opened(PAGE, **link)
    assert not app.exception
    changes = counted(since=since)
    assert figures(app)["Spawned"] == f"{changes['spawned']:,}"
    assert set(listed(app)["change"].astype("str")) == {"despawned"}
    assert len(listed(app)) == changes["despawned"]
    assert set(listed(app)["since"]) == {pd.Timestamp(kept[2].as_of)}
    assert oldest in said(app).replace("\\", "")
    assert "Any" in app.selectbox(key="shifts_planet").placeholder


@pytest.mark.usefixtures("days")
def test_filters_narrow_the_list_and_the_chart() -> None:
    """Class with everything below it, planet and name; the same rows as the table."""
    changes = query.table("spawn_shifts").frame
    row = changes.loc[changes["planets"].notna() & changes["class_code"].notna()].iloc[0]
    app = opened(PAGE, shifts_name=str(row["name"]), shifts_planet=row["planets"][0])
    assert listed(app)["name"].tolist() == [row["name"]]
    app = opened(PAGE, shifts_name="no such name anywhere")
    assert "Nothing matches these filters" in said(app)
    assert figures(app)["Spawned"] == f"{counted()['spawned']:,}"
    app = opened(PAGE, hide="true")
    kept = query.table("spawn_shifts", hide_restricted=True).frame
    assert len(listed(app)) == len(kept)


@pytest.mark.usefixtures("days")
def test_a_bad_link_is_noted() -> None:
    """A version that is gone gives the usual choice; the same one twice gives a hint."""
    app = opened(PAGE, shifts_since="2020-01-01 00:00 UTC")
    assert "Ignored from the link" in said(app)
    assert len(listed(app)) == sum(counted().values())
    app = opened(PAGE, shifts_since=names()[0])
    assert "Choose two different versions" in said(app)
    assert "Spawned" not in figures(app)
    assert not app.exception


def test_a_sudden_drop_is_warned_of(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """On this page and on the resources page; after a good day, still where it is compared."""
    monkeypatch.setenv("SWG_FRESH_FOR__MANIFEST", "0.000001")
    load("resources")
    site.renew(days=1)
    depopulate(site, 2)
    load("resources", wait=30)
    for page in (PAGE, "resources"):
        app = opened(page)
        assert not app.exception
        (warning,) = app.warning
        assert "Data quality" in warning.value
        assert "Only 2 of the resources are in spawn" in warning.value
    site.says.clear()
    site.renew(days=1)
    load("resources", wait=30)
    assert not opened("resources").warning
    app = opened(PAGE)
    (warning,) = app.warning
    assert "Only 2 of" in warning.value
    assert int(figures(app)["Spawned"].replace(",", "")) > 2


def test_words_by_hand() -> None:
    """Figures and titles of the small galaxy."""
    changes = ask("spawn_shifts").frame
    told = {figure.label: (figure.value, figure.since) for figure in shift_changes.figures(changes)}
    assert told["Spawned"] == ("2", "of them 1 back again")
    assert told["Despawned"] == ("2", "of them 1 unlisted")
    assert told["Planets added"] == ("1", "and 1 with fewer")
    assert told["Stats edited"][0] == "1"
    assert (
        shift_changes.title(changes)
        == "9 changes; best that spawned: Steel01, 5.0 % of caps on Naboo"
    )
    assert shift_changes.title(changes.iloc[2:3]) == "1 change"
    families = shift_changes.families(changes, None)
    assert shift_changes.busiest(families) == "Mineral moved most: 2 in, 2 out"
    assert shift_changes.chart(families).to_dict()["layer"]
    assert shift_changes.busiest(families.head(0)) == "Nothing came or went"
    assert list(shift_changes.listing(changes).columns[:2]) == ["change", "name"]
    assert set(shift_changes.listing(changes)) == set(changes)


def test_versions_of_one_minute_are_told_apart() -> None:
    """By their digest."""
    newer, _ = table_inputs.versions("resources")
    twin = table_inputs.stored_version("ef" * 32, newer.as_of, table_inputs.resources())
    told = shift_changes.between(twin, newer)
    assert "(efefefefefef)" in told
    assert "(abababababab)" in told
