"""How fast faults land, whether any is said to have landed that did not, and whether what landed is undone."""
