"""Measurements: what the product promises, as numbers printed by scripts."""
