"""What is done with a room's collections, resources and reading lists, and what is kept of every look at them."""
