"""Clusters of kind: nodes are containers of a Docker engine, made by the `kind` and `docker` that are on PATH."""
