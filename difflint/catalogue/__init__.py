"""The knowledge under `rules/`, loaded and checked."""
