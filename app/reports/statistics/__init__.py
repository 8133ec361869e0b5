"""Statistics: figures for whoever may see them, as pages and for programs."""
