"""The only socket: polite, cached HTTP."""

from swgdata.client.client import Client
from swgdata.client.model import Answer, FeedStatus

__all__ = ["Answer", "Client", "FeedStatus"]
