"""Labels: which points a function has, where it is searched, and with how many inputs."""


def labels():
    """A list of labelled functions, and the decorator that adds to it."""
    labelled = []

    def label(*kinds, low=-2.0, high=2.0, n=1):
        """Register a function of `n` numbers in [low, high]; no kinds say that it is smooth."""

        def add(function):
            labelled.append((function, frozenset(kinds), low, high, n))
            return function

        return add

    return labelled, label


LABELLED, label = labels()
