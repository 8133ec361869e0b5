"""What is done with documents that a room writes: every function takes the bench it is done from, and plain values."""
