"""Benchmarks: ``./run bench NAME`` prints a table and writes ``var/bench/NAME.json``."""
