"""The page Feed health."""
