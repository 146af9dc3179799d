"""The invented server: path -> document."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from swgdata.sources.sample import datasets, economy, resources
from swgdata.sources.sample.cities import Cities
from swgdata.sources.sample.datasets import Exports
from swgdata.sources.sample.economy import gcw, professions, titles, wealth
from swgdata.sources.sample.guilds import Guilds
from swgdata.sources.sample.observations import Past
from swgdata.sources.sample.reply import Reply, document, page
from swgdata.sources.sample.resources import categories
from swgdata.sources.sample.spawns import Timetable

Query = Mapping[str, str]
_NOTHING: Final[Query] = MappingProxyType({})
_EARLIEST: Final = datetime(2010, 1, 1, tzinfo=UTC)


class Galaxy:
    """A whole galaxy made of a seed, a size and a time; the same three give the same bytes.

    Every figure is a function of the time, so a galaxy with an earlier ``now`` is the past of
    one with a later: the resources, cities, guilds and counts they share agree.

    Exports change once per UTC day, counts of people every hour, the pulse every ten minutes.
    """

    def __init__(self, seed: int = 1, rows: int = 4000, now: datetime | None = None) -> None:
        """Describe a galaxy; nothing is made before it is asked for.

        Raises:
            ValueError: ``rows`` is below 1, or ``now`` has no time zone or is too early.
        """
        if rows < 1:
            raise ValueError(f"rows must be at least 1, got {rows}")
        if now is not None and (now.tzinfo is None or now < _EARLIEST):
            raise ValueError(f"now must be 2010 or later, with a time zone, got {now}")
        self.seed = seed
        self.rows = rows
        self._now = now
        self._timetable = Timetable(seed, rows)
        self._exports = Exports(seed, self._timetable)

    def moment(self) -> datetime:
        """The time in this galaxy, UTC."""
        return self._now.astimezone(UTC) if self._now else datetime.now(UTC)

    @cached_property
    def _guilds(self) -> Guilds:
        return Guilds(self.seed)

    @cached_property
    def _cities(self) -> Cities:
        return Cities(self.seed, self._guilds.known)

    @cached_property
    def past(self) -> Past:
        """What somebody would remember who had watched it."""
        return Past(self.seed, self._cities, self._guilds, self._timetable)

    def answer(self, path: str, query: Query = _NOTHING) -> Reply:
        """Answer a GET.

        Args:
            path: Path of the address, e.g. ``/api/cities.php``.
            query: Its parameters.

        Returns:
            200 with JSON for every feed, an object with ``error`` for an unknown city or
            guild; 418 for a PHP page of the root, as the real gate answers; else 404.
        """
        moment = self.moment()
        made = _FEEDS.get(path)
        if made:
            return document(made(self, moment, query))
        file = _FILES.get(path)
        if file:
            name, packed = file
            return self._exports.file(name, moment).reply(packed=packed)
        gated = path.endswith(".php") and path.count("/") == 1
        return page(HTTPStatus.IM_A_TEAPOT if gated else HTTPStatus.NOT_FOUND)

    def _guild_history(self, moment: datetime, query: Query) -> dict[str, object]:
        towns = [town.name for town in self._cities.known]
        return self._guilds.history(moment, query.get("abbrev", ""), towns)


_FILES: Final = {
    f"/exports/{name}.json{ending}": (name, bool(ending))
    for name in datasets.NAMES
    for ending in ("", ".gz")
}
_FEEDS: Final[Mapping[str, Callable[[Galaxy, datetime, Query], object]]] = {
    "/exports/manifest.json": lambda one, moment, _: one._exports.manifest(moment),
    "/api/categories.php": lambda *_: categories(),
    "/api/cities.php": lambda one, moment, _: one._cities.listing(moment),
    "/api/city_history.php": lambda one, moment, query: one._cities.history(moment, query),
    "/api/guilds.php": lambda one, moment, _: one._guilds.listing(moment),
    "/api/guild_history.php": Galaxy._guild_history,
    "/api/pulse.php": lambda one, moment, _: economy.pulse(one.seed, moment),
    "/api/server_status.php": lambda one, moment, _: economy.status(one.seed, moment),
    "/api/gcw.php": lambda one, moment, _: gcw(one.seed, moment),
    "/api/wealth.php": lambda one, moment, _: wealth(one.seed, moment),
    "/api/professions.php": lambda one, moment, _: professions(one.seed, moment),
    "/api/titles.php": lambda *_: titles(),
    "/api/new_spawns.php": lambda one, moment, query: resources.new_spawns(
        one._timetable, moment, query
    ),
}
