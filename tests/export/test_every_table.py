"""Every named table in every format opens again to equal values."""

import pytest

from swgdata import sources
from swgdata.export import FORMATS
from swgdata.query import table as ask
from swgdata.sources import sync
from swgdata.sources.snapshot import load
from swgdata.tables import TABLES
from tests.support.export_readers import expected, reopen
from tests.support.fake_site import Site


@pytest.mark.parametrize("extension", FORMATS)
def test_opens_again_to_equal_values(site: Site, extension: str) -> None:
    """All tables of a whole site, written and read back by other code than wrote them."""
    load("resources")
    site.renew(days=1)
    sync.run(
        sources.live_source(), ["manifest", "resources"], force=True
    )  # two versions to compare
    for table in TABLES:
        result = ask(table)
        assert tuple(result.frame.columns) == TABLES[table].columns
        body = FORMATS[extension].write(result.frame, result.meta())
        assert reopen(body, extension, result.frame) == expected(result.frame, extension), table
