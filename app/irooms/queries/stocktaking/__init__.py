"""Stocktakings as pages show them: lists and one's own response, coverage, answers side by side."""
