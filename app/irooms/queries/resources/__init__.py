"""What pages, notices, feeds and the API read of a room's resources."""
