"""Experimentation lines: ``Condition OQ=50% SR=50%`` -> a title and the weight of each stat."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from swgdata.feeds.coerce import listing, text, trimmed
from swgdata.vocabulary import STATS

# Two capitals, "=", digits; the percent sign may be missing (feeds.md 1.4).
_TERM: Final = re.compile(r"([A-Z]{2})=([0-9]{1,4}(?![0-9]))%?")


def line_terms(description: str) -> tuple[str, dict[str, int]]:
    """The title of a line, and its weights in percent by stat; a stat named twice counts twice.

    Weights usually total 100, but 33 + 33 + 33 and other totals occur. What is no stat of the
    game is ignored; without any term the whole text is the title.
    """
    found: Counter[str] = Counter()
    terms = list(_TERM.finditer(description))
    for term in terms:
        if (stat := term[1].lower()) in STATS:
            found[stat] += int(term[2])
    title = description[: terms[0].start()] if terms else description
    return title.strip(), dict(found)


def weights(schematic: int, recipe: Mapping[str, object]) -> list[object]:
    """One record per stat of every line of a recipe: the ``schematic_lines`` table.

    A line without an id is numbered by its place, from 1. Only an explicit ``false`` switches a
    line off. What is not an object is passed on as it is, to be refused with the rest.
    """
    records: list[object] = []
    for place, line in enumerate(listing(recipe.get("formula")), start=1):
        if not isinstance(line, dict):
            records.append(line)
            continue
        title, terms = line_terms(text(line.get("formulaDescription")) or "")
        shared = {
            "schematic_id": schematic,
            "line_id": trimmed(line.get("formulaId")) or str(place),
            "line": title,
            "active": line.get("active") is not False,
        }
        records.extend({**shared, "stat": stat, "weight": terms[stat]} for stat in terms)
    return records
