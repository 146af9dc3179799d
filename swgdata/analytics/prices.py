"""The community's price votes, raw and held to the site's limits. Not market prices."""

from typing import Final

import numpy as np
import pandas as pd

from swgdata.vocabulary import planet_mask

_LARGEST: Final = 2_147_483_647
_IN_SPAWN: Final = 2.0
_IN_SPAWN_MUSTAFAR: Final = 8.0


def voted(cpu: pd.Series) -> pd.Series:
    """The raw vote, credits per unit.

    Args:
        cpu: As the feed sends it; 0, less or NaN = nobody voted.

    Returns:
        ``price``, float64 to four decimals; NaN where nobody voted.
    """
    # The feed frame keeps votes as float32: 9.4 must not come back as 9.399999618530273.
    votes = np.round(cpu.to_numpy(dtype="float64", na_value=np.nan), 4)
    return pd.Series(np.where(votes > 0, votes, np.nan), index=cpu.index, name="price")


def clamped(cpu: pd.Series, *, in_spawn: pd.Series, planets: pd.Series) -> pd.Series:
    """The vote as the site shows it (feeds.md 2.5): at least 1, whole, held low in spawn.

    Args:
        cpu: As the feed sends it.
        in_spawn: True while the resource can be gathered; then at most 2 (8 on Mustafar).
        planets: Bit mask over ``vocabulary.PLANETS``.

    Returns:
        ``ecpu``, Int64; null where nobody voted, or the vote is beyond any sum of credits.
    """
    price = np.maximum(voted(cpu).to_numpy(), 1.0)
    mustafar = (planets.to_numpy() & planet_mask(["Mustafar"])) != 0
    limit = np.where(mustafar, _IN_SPAWN_MUSTAFAR, _IN_SPAWN)
    price = np.where(in_spawn.to_numpy(), np.minimum(price, limit), price)
    price = np.where(price <= _LARGEST, np.floor(price), np.nan)
    return pd.Series(price, index=cpu.index, name="ecpu").astype("Int64")
