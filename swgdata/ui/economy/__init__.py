"""The page GCW & economy."""
