"""Forms of rooms, one module a part."""
