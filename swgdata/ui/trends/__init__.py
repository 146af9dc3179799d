"""Cards that several pages share: movers, sustained change, comparisons."""
