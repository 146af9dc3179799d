"""A visitor's key: where it may go, and what it may look like."""

import re
from typing import Final
from urllib.parse import urlsplit

from swgdata.client.answers import Question
from swgdata.errors import FeedDeclined

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def usable_key(question: Question, key: str) -> str:
    """The key without blanks around it.

    A bad one is found here because ``requests`` would quote it in its error.

    Raises:
        FeedDeclined: It cannot be sent, or not to this site; the reason does not contain it.
    """
    address = urlsplit(question.base_url)
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        raise FeedDeclined(question.feed.name, "a key is only sent over https")
    usable = key.strip()
    if not re.fullmatch(r"[\x21-\x7e]{1,512}", usable):
        raise FeedDeclined(question.feed.name, "the key has characters that no key can have")
    return usable
