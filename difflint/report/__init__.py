"""One file per format; each has one function from a result to text."""
