"""The sample galaxy, its transport for requests, and its local server."""

from swgdata.sources.sample.galaxy import Galaxy
from swgdata.sources.sample.http import SampleTransport, serve, start
from swgdata.sources.sample.reply import Reply

__all__ = ["Galaxy", "Reply", "SampleTransport", "serve", "start"]
