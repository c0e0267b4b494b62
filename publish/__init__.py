"""Publish: articles become static pages, feeds and data."""
