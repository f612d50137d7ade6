"""The kit of the steps, for whatever works with it."""

from tests.runners.steps.conftest import clock, estate_with, journal, kit, run, wish

__all__ = ["clock", "estate_with", "journal", "kit", "run", "wish"]
