"""Whole runs of the product on the demo company's exports, held against its known answers."""
