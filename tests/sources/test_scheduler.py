"""The scheduler: a synchronisation when one is due, one for all who share the history."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from swgdata import sources
from swgdata.errors import Busy
from swgdata.sources import scheduler, sync
from swgdata.sources.scheduler import Scheduler, due
from swgdata.storage.history import FeedRun
from tests.support.fake_site import Site

EVERY = timedelta(minutes=10)


def later(minutes: float) -> datetime:
    """A time from now."""
    return datetime.now(UTC) + timedelta(minutes=minutes)


def test_a_run_is_due_once_an_interval(site: Site) -> None:
    """Never synchronised: due. Just now: not due, whoever did it. An interval later: due."""
    place = sources.live_source()
    assert due(place, EVERY, later(0))
    sync.run(place)
    assert not due(place, EVERY, later(0))
    assert not due(place, EVERY, later(9))
    assert due(place, EVERY, later(11))


def test_a_run_of_some_feeds_does_not_stand_for_all(site: Site) -> None:
    """The others are still due."""
    place = sources.live_source()
    sync.run(place, ["pulse"])
    assert due(place, EVERY, later(0))


def test_two_schedulers_make_one_run(site: Site) -> None:
    """The second sees what the first did, and leaves it at that."""
    first, second = (
        Scheduler(EVERY, choose=sources.live_source),
        Scheduler(EVERY, choose=sources.live_source),
    )
    assert [first.run_if_due(), second.run_if_due(), first.run_if_due()] == [True, False, False]
    assert site.asked["/api/gcw.php"] == 1


def test_what_another_has_just_done_is_not_done_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that was due when somebody else was at it is not due any more when he has ended."""
    place, before = sources.live_source(), iter([True])
    sync.run(place)
    monkeypatch.setattr(scheduler, "due", lambda *asked: next(before, False) or due(*asked))
    assert not Scheduler(EVERY, choose=sources.live_source).run_if_due()
    assert next(before, None) is None
    assert len(place.history.runs(100)) == len(sync.feeds_to_sync(place))
    assert sync.run(place, needed=lambda: False) == []


def test_the_other_takes_over(site: Site) -> None:
    """An interval after the last run of one that is gone, another makes the next."""
    assert Scheduler(EVERY, choose=sources.live_source).run_if_due()
    assert Scheduler(EVERY, choose=sources.live_source, clock=lambda: later(11)).run_if_due()


def test_a_second_start_is_told_who_runs_since_when(site: Site) -> None:
    """It is refused at once; when the first has ended, it may run."""
    place, begun, go_on = sources.live_source(), threading.Event(), threading.Event()

    def hold(_: FeedRun) -> None:
        begun.set()
        go_on.wait(30)

    first = threading.Thread(target=sync.run, args=(place,), kwargs={"report": hold})
    first.start()
    try:
        assert begun.wait(30)
        with pytest.raises(Busy, match=r"is running since \d\d:\d\d UTC by .+:\d+"):
            sync.run(place)
        assert not Scheduler(EVERY, choose=sources.live_source).run_if_due()
    finally:
        go_on.set()
        first.join(30)
    assert sync.run(place, ["gcw"])


def test_it_goes_on_after_whatever_happens(site: Site) -> None:
    """A dead source, then an error of ours: the next check comes."""
    checks: list[int] = []

    def choose() -> sources.Source:
        checks.append(1)
        if len(checks) == 1:
            raise RuntimeError("ours")
        one.stop()
        return sources.live_source()

    one = Scheduler(timedelta(milliseconds=5), choose=choose)
    one.run_forever()
    assert len(checks) == 2
    assert site.asked["/api/gcw.php"] == 1


def test_the_app_keeps_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every visitor's run asks for it; the first starts it, zero means never."""
    started: list[timedelta] = []
    monkeypatch.setattr(scheduler, "_started", None)
    monkeypatch.setattr(
        Scheduler, "run_forever", lambda self, first_after: started.append(first_after)
    )
    scheduler.start_scheduler(timedelta(0))
    assert scheduler._started is None
    for _ in range(3):
        scheduler.start_scheduler(EVERY)
    assert started == [timedelta(minutes=1)]


def test_without_a_history_it_keeps_its_own_interval(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A history that cannot be read makes every run look due; it waits all the same."""
    monkeypatch.setattr("swgdata.storage.history.history.History.runs", lambda *_: [])
    now = [later(0)]
    one = Scheduler(EVERY, choose=sources.live_source, clock=lambda: now[0])
    assert [one.run_if_due(), one.run_if_due()] == [True, False]
    now[0] = later(10)
    assert one.run_if_due()
