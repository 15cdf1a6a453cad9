"""Questions asked of a score."""
