"""Groundwire: an autonomous newsroom in which every reported sentence opens at the passage it rests on."""

__version__ = "0.1.0"
