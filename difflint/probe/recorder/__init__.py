"""A folder for the front of PYTHONPATH: its `sitecustomize` records calls in the user's own process."""
