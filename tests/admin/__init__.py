"""Staff pages: who sees them, what they do."""
