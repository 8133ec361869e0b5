"""What figures are counted from: facts with the spans in which they were believed, tallies and sums."""
