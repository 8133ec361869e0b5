"""What pages read of rooms, one module a part."""
