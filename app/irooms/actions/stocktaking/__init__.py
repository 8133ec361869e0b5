"""What is done with stocktakings: built in versions, opened and closed, answered, summarised."""
