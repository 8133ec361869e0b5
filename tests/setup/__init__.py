"""The set-up and what ./run does."""
