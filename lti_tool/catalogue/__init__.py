"""Stored activities and their revisions, the media they show, and who may see them."""
