"""Charts: pure functions from a frame to an Altair chart.

Rules they all keep: at most ``MAX_MARKS`` marks, data inline, no links or pictures, no field of
a feed in a title, colours and symbols from ``swgdata.ui.theme``, Altair imported when drawn.
"""

from swgdata.ui.charts.bars import ranked_bar, stacked_bar
from swgdata.ui.charts.heatmaps import heat_grid
from swgdata.ui.charts.lines import lines, open_gaps, stacked_area
from swgdata.ui.charts.points import galaxy_map, scatter
from swgdata.ui.charts.scales import MAX_MARKS

__all__ = [
    "MAX_MARKS",
    "galaxy_map",
    "heat_grid",
    "lines",
    "open_gaps",
    "ranked_bar",
    "scatter",
    "stacked_area",
    "stacked_bar",
]
