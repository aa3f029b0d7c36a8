"""Line items, the outbox of grades and their delivery. Knows scores, not attempts."""
