"""The run-time probe: dual numbers run the code and answer the findings of the analysis."""
