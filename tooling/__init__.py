"""The set-up and the chores behind ``./run``: standard library only, whatever runs before the packages are there.

``checks``, ``translations``, ``templates`` and ``migrations`` run inside the environment and may use its packages.
"""
