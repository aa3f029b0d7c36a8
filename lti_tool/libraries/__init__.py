"""The H5P libraries that an administrator has installed, for the official player."""
