"""Makes once, and keeps, what a run needs and nobody offers ready-made: Kubernetes, Debian's parts, a Go toolchain."""
