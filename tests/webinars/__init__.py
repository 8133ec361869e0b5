"""Webinars: planning, live rooms, attendance, recordings."""
