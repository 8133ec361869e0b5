"""A document as a file: what goes on paper, as DOCX and as PDF. Names are faces, and no file says who made it."""

from __future__ import annotations

from app.irooms.drafting_export.docx_file import docx_of
from app.irooms.drafting_export.paper import Paper, PaperComment, PaperSection
from app.irooms.drafting_export.pdf_file import pdf_of

__all__ = ["Paper", "PaperComment", "PaperSection", "docx_of", "pdf_of"]
