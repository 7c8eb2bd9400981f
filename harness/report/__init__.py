"""Views of finished cells: none of them decides anything, and none of them may make a run fail."""
