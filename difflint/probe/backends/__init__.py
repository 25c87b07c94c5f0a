"""One file per framework: how it is evaluated with dual numbers."""
