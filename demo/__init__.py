"""The demo world: fictitious people and what they learned over the years. Not part of the application."""
