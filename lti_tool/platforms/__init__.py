"""Which platforms are trusted: registrations, deployments, their keysets, our keys."""
