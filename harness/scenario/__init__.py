"""The scenario language: what a file may say, read with its line numbers, and what is wrong with it."""
