"""What happened in a cell as a picture: lanes out of the history, a scale for time, then SVG, a page or characters."""
