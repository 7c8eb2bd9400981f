"""Judges that are judged: recorded histories are broken on purpose, and each break must be noticed."""
