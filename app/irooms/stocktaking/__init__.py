"""The plain parts of a stocktaking: its questionnaire, what can be an answer, what is counted. Knows no database."""
