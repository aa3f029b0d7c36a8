"""H5P contents that only the official player shows: played in a frame of the page, scored again by us."""
