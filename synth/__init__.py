"""Synth: records become checked articles."""
