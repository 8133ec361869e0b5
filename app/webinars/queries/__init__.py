"""What pages and reports of webinars read: one module a part."""
