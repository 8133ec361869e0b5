"""What is done in rooms, one module a part: every function takes the seat it is done from, and plain values."""
