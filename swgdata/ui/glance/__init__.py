"""The page Galaxy at a glance."""
