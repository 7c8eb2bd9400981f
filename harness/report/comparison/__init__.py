"""Runs of the same cells on several providers side by side: where they end alike, and why they differ where they do."""
