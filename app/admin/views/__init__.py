"""One blueprint a page (or family of pages)."""
