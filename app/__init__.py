"""The Counter-Terrorism Learning Platform."""
