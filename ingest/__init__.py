"""Ingest: feeds become records."""
