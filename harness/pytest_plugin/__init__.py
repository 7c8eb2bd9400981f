"""Scenarios as pytest tests: `pytest scenarios/ --argo v3.5.10 --argo v3.7.15`."""
