"""What pages, fragments and the API read of a room's discussion."""
