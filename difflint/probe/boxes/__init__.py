"""Intervals through user code: what cannot happen anywhere in a box of inputs."""
