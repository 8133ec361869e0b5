"""Reports as files: CSV, workbooks, PDF, JSON lines; at once or by a job; each with its statement and its digest."""
