"""One process that imports everything once; its children work until they are killed, or end.

What is meant to be killed at a hundred moments imports this in a process of its own.
"""

import os
import random
import signal
import time
import traceback
from collections.abc import Callable
from typing import Any


def _child(work: Callable[..., object], *arguments: Any) -> int:
    one = os.fork()
    if one:
        return one
    try:
        work(*arguments)
    except BaseException:  # noqa: BLE001 - told by how it ends
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def killed(work: Callable[..., object], *arguments: Any, chance: random.Random) -> None:
    """Begin some work that never ends, and kill it at some moment of its first 0.15 seconds."""
    one = _child(work, *arguments)
    time.sleep(chance.random() * 0.15)
    os.kill(one, signal.SIGKILL)
    assert os.waitpid(one, 0)[1] == signal.SIGKILL


def done(work: Callable[..., object], *arguments: Any) -> bool:
    """Whether some work that ends ended well."""
    return os.waitpid(_child(work, *arguments), 0)[1] == 0
