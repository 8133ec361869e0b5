"""Courses as folders of Markdown and YAML: read, checked, rendered, published. Used by ``flask content …``.

``folder`` holds the files, ``marked`` reads YAML with line numbers, ``skeleton`` and ``texts`` give them types,
``markdown``, ``drawings`` and ``typeset`` make HTML, figures and PDF, ``loading`` puts a course together with
everything that is wrong with it, ``publishing`` writes it down.
"""
