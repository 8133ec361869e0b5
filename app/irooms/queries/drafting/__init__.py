"""Documents that a room writes, as pages and exports show them."""
