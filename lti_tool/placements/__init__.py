"""An activity revision placed in a course, with the settings of that place."""
