"""Frozen values: the words of the house, which know nothing but each other."""
