"""Find: what the records hold, and whether it is worth an article."""
