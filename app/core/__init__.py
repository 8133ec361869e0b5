"""Glue that knows no feature: database, access, events, jobs, mail, languages, errors."""
