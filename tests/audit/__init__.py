"""The audit: written, sealed, verified."""
