"""Tests of courses as files."""
