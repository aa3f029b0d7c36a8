"""The administrators' pages: platforms, invitations, deployments, keys, health; and how one signs in to them."""
