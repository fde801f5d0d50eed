"""Puzzles of words: pure functions from words and a seed to a grid and its solution."""
