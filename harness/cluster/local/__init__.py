"""The embedded cluster: real Kubernetes components in private namespaces, with no container engine and no registry."""
