"""What reads files of unknown origin. It runs in a confined process without Flask, database, settings or secrets.

Nothing here may import anything of the application outside this folder: see ``child.py``.
"""
