"""Argo Shakedown: chaos and regression tests against real Argo Workflows installs."""

__version__ = "0.1.0"
