"""h5p-python: read, check, score and write H5P. Usable on its own; imports nothing of ours."""
