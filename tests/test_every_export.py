"""Every named table in every format opens again to equal values."""

import pytest

from swgdata import source, sync
from swgdata.answers import ask
from swgdata.export import FORMATS
from swgdata.snapshot import load
from swgdata.tables import TABLES
from tests.reopen import expected, reopen
from tests.site import Site


@pytest.mark.parametrize("extension", FORMATS)
def test_opens_again_to_equal_values(site: Site, extension: str) -> None:
    """All tables of a whole site, written and read back by other code than wrote them."""
    load("resources")
    site.renew(days=1)
    sync.run(source.live(), ["manifest", "resources"], force=True)  # two versions to compare
    for table in TABLES:
        result = ask(table)
        assert tuple(result.frame.columns) == TABLES[table].columns
        body = FORMATS[extension].write(result.frame, result.meta())
        assert reopen(body, extension, result.frame) == expected(result.frame, extension), table
