"""Tables of figures that are kept: named ones, those published elsewhere, frozen snapshots, alarms of the check."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, Identity, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import JSON, Base


class Qualifier(StrEnum):
    """How a number is said: as it is, or as a round one it stands above, nearly reaches, or is about."""

    EXACT = "exact"
    MORE_THAN = "more_than"
    NEARLY = "nearly"
    ABOUT = "about"


class NamedFigure(Base):
    """A figure of an installation's own: an indicator narrowed for good. ``filters`` are those of a question."""

    __tablename__ = "named_figure"

    id: Mapped[str] = mapped_column(primary_key=True)
    indicator: Mapped[str]
    filters: Mapped[JSON] = mapped_column(server_default="{}")
    names: Mapped[JSON] = mapped_column(server_default="{}")
    definitions: Mapped[JSON] = mapped_column(server_default="{}")
    position: Mapped[int] = mapped_column(default=0)


class PublishedFigure(Base):
    """A number as it was published: its source, and the period or the day that it speaks of.

    ``figure`` is an indicator's or a named figure's id. Without ``starts_on`` it is stated by a day.
    """

    __tablename__ = "published_figure"
    __table_args__ = (
        CheckConstraint("qualifier IN ('exact', 'more_than', 'nearly', 'about')", name="qualifier"),
        CheckConstraint("starts_on IS NULL OR starts_on <= ends_on", name="period"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    figure: Mapped[str] = mapped_column(index=True)
    value: Mapped[float] = mapped_column(Float)
    qualifier: Mapped[str] = mapped_column(default=Qualifier.EXACT)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date]
    wording: Mapped[str] = mapped_column(default="")
    symbol: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    paragraph: Mapped[str] = mapped_column(default="")
    dated: Mapped[date | None]
    explanation: Mapped[str] = mapped_column(default="")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Snapshot(Base):
    """Figures of a closed period, frozen: the database refuses to change or delete the row.

    ``content`` holds the question and each figure with its value, definition and version; ``digest`` is the SHA-256 of
    its canonical JSON.
    """

    __tablename__ = "snapshot"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date]
    as_of: Mapped[datetime]
    content: Mapped[JSON]
    digest: Mapped[str]
    made_by: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class FigureAlarm(Base):
    """A headline figure that came out differently when it was computed by another way."""

    __tablename__ = "figure_alarm"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    figure: Mapped[str]
    computed: Mapped[float] = mapped_column(Float)
    recomputed: Mapped[float] = mapped_column(Float)
    as_of: Mapped[datetime]
    raised_at: Mapped[datetime] = mapped_column(server_default=func.now())
    settled_at: Mapped[datetime | None]
