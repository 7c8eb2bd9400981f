"""Kubernetes clusters: one small protocol, several providers. It imports nothing: a cluster's pid 1 starts fast."""
