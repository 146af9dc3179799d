"""A deterministic sample galaxy in the shapes of the real feeds, its transport and its server."""

from swgdata.sample.galaxy import Galaxy
from swgdata.sample.reply import Reply
from swgdata.sample.server import serve, start
from swgdata.sample.transport import SampleTransport

__all__ = ["Galaxy", "Reply", "SampleTransport", "serve", "start"]
