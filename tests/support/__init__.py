"""What tests stand on: databases, servers, a browser, the cast."""
