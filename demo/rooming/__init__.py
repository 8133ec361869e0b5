"""The rooms of the demo world: what lies in ``demo/rooms/<name>/`` is done by their members, act by act, in the past.

Everything goes through the application's own actions, at the time at which it happened, so that rights, logs, search,
notices and the register are as if people had been at work for weeks.
"""
