"""Benchmarks that a user can run: `make bench`, or one of the programs in this folder."""
