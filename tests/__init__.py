"""Tests: they mirror app/, plus architecture/, browser/ and setup/."""
