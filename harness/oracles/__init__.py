"""Judges: every one is a pure function of a history, so that a verdict can be had again from the file alone."""
