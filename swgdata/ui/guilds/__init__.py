"""The page Guilds."""
