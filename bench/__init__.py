"""Figures of the product, measured on this machine: `make bench`."""
