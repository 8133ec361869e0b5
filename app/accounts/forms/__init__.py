"""The forms about one's own account."""
