"""The native player of H5P exercises."""
