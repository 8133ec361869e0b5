"""Yearly reports, and what stands beside them: published figures, results, products, plans."""
