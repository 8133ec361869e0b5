"""What staff pages read, a few queries a page however many rows it shows."""
