"""What is wrong with a setting, in one line: its key, its value, and what was expected."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError


def unknown(given: Mapping[str, Any], known: Sequence[str]) -> list[str]:
    """A line for each key that is no setting.

    Args:
        given: Key -> value, as the deployer spelled them.
        known: The keys there are, in capitals; ``KEY__INNER`` sits in ``KEY``.
    """
    problems = []
    for key in sorted(given):
        if key.upper().split("__", 1)[0] in known:
            continue
        close = get_close_matches(key.upper(), known, n=1)
        hint = f"did you mean {close[0]}?" if close else "expected one of " + ", ".join(known)
        problems.append(f"{key}: no such setting; {hint}")
    return problems


def refused(error: ValidationError, given: Mapping[str, Any], prefix: str) -> list[str]:
    """A line for each value that cannot be used.

    Args:
        error: What was said of them, by field.
        given: Key -> value, as the deployer spelled them.
        prefix: What makes a key of a field's name.
    """
    problems = []
    for one in error.errors(include_url=False):
        key = prefix + "__".join(map(str, one["loc"])).upper()
        expected = one["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        value = next((str(text) for name, text in given.items() if name.upper() == key), "")
        masked = re.sub(r"//[^/@]*@", "//***@", value)  # an address may carry a password
        problems.append(f"{key} is {masked!r}; expected {expected}")
    return problems
