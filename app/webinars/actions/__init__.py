"""What can be done with sessions: one module a part."""
