"""Courses, the resource links in them, and people, who are pseudonyms."""
