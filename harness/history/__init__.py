"""The record of a run: its file format, how raw objects become the model, and the fold that judges read."""
