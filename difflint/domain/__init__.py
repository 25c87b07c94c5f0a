"""Abstract domains: theory only, no syntax and no framework."""
