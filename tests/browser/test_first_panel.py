"""What counts as something to look at, where the benchmark of a start waits for it."""

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.first_panel import PANELS, counts


def message(kind: str) -> bytes:
    """A message that draws an element of this kind; a container where "", no element where "-"."""
    sent = ForwardMsg()
    match kind:
        case "-":
            sent.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
        case "":
            sent.delta.add_block.SetInParent()
        case _:
            getattr(sent.delta.new_element, kind).SetInParent()
    return bytes(sent.SerializeToString())


@pytest.mark.parametrize(
    ("kind", "is_panel", "is_anything"),
    [
        ("dataframe", True, True),
        ("vega_lite_chart", True, True),
        ("heading", False, True),
        ("", False, False),
        ("-", False, False),
    ],
)
def test_a_table_or_a_chart_is_a_panel(kind: str, is_panel: bool, is_anything: bool) -> None:
    """A heading is an element, but no panel yet; a container holds nothing so far."""
    assert counts(message(kind), PANELS) is is_panel
    assert counts(message(kind), ()) is is_anything
