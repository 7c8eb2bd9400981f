"""The tracked figures: measured by `shakedown bench`, never by tests, and printed as missed where they are missed."""
