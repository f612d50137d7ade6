"""WINDOW lets a run go on at its time."""
