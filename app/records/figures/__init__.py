"""Figures that are kept: named ones, published ones, snapshots."""
