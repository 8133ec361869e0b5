"""Forms of webinars: one module a part."""
