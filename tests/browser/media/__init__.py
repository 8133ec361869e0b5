"""Sound and picture of live rooms in real browsers, each way to carry them in a network of its own."""
