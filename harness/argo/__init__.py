"""Argo Workflows releases: which can be had, how they are built and installed, and their own command line."""
