"""What is said in a live room: chat, questions, polls, breakouts.

Authors are kept as participants, never as accounts. An anonymous question's asker is known to its row alone and read
by nothing that answers anybody but the asker; an anonymous vote knows its poll and its choice, and nothing else: that
somebody has voted is kept apart, so that nobody votes twice, and the two cannot be joined.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.core.ids import public_id
from app.webinars.models.planning import one_of


class Channel(StrEnum):
    """Whom a message is to."""

    ALL = "all"
    HOSTS = "hosts"
    BREAKOUT = "breakout"


class MessageState(StrEnum):
    """Where a message stands. Held and refused ones are seen by hosts and their author, deleted ones leave a trace."""

    SHOWN = "shown"
    HELD = "held"
    REFUSED = "refused"
    DELETED = "deleted"


class QuestionState(StrEnum):
    """Where a question stands. What is held or dismissed is seen by hosts and its asker only."""

    HELD = "held"
    OPEN = "open"
    ANSWERING = "answering"
    ANSWERED = "answered"
    DISMISSED = "dismissed"


class PollKind(StrEnum):
    """What a poll takes: one choice, several, a number on a scale, or words."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    OPEN = "open"


class PollState(StrEnum):
    """Where a poll stands. A prepared one is seen by hosts only."""

    PREPARED = "prepared"
    OPEN = "open"
    CLOSED = "closed"


class Grouping(StrEnum):
    """How people are spread over breakouts."""

    HAND = "hand"
    RANDOM = "random"
    LANGUAGE = "language"
    COUNTRY = "country"


class WebinarBreakoutRound(Base):
    """Breakouts that are held together: prepared, opened, everybody back. One that is not closed a session.

    ``until`` is when everybody comes back by themselves; ``word`` what the hosts last told all breakouts.
    """

    __tablename__ = "webinar_breakout_round"
    __table_args__ = (
        one_of("grouping", Grouping),
        Index(
            "uq_webinar_breakout_round_running", "webinar_id", unique=True, postgresql_where="closed_at IS NULL"
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    grouping: Mapped[str] = mapped_column(default=Grouping.HAND)
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    opened_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    word: Mapped[str] = mapped_column(default="")
    word_at: Mapped[datetime | None]


class WebinarBreakout(Base):
    """One breakout of a round. ``called_at`` is when those in it called for help; None when nobody waits."""

    __tablename__ = "webinar_breakout"
    __table_args__ = (UniqueConstraint("round_id", "position"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("webinar_breakout_round.id", ondelete="CASCADE"))
    name: Mapped[str]
    position: Mapped[int]
    called_at: Mapped[datetime | None]


class WebinarBreakoutPlace(Base):
    """Where somebody belongs in a round: by account, so that it can be prepared before they come."""

    __tablename__ = "webinar_breakout_place"
    __table_args__ = (Index("ix_webinar_breakout_place_breakout_id", "breakout_id"),)

    round_id: Mapped[int] = mapped_column(
        ForeignKey("webinar_breakout_round.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    breakout_id: Mapped[int] = mapped_column(ForeignKey("webinar_breakout.id", ondelete="CASCADE"))


class WebinarMessage(Base):
    """A chat message. ``client_id`` is made by the author's device: the same one twice is one message.

    ``about_id`` is, in the channel to the hosts, the participant it is between them and (None: hosts among themselves).
    ``by_host`` tells that the author ran the room when writing: links of theirs can be followed. ``number`` is the
    journal's at publication and gives the order.
    """

    __tablename__ = "webinar_message"
    __table_args__ = (
        one_of("channel", Channel),
        one_of("state", MessageState),
        CheckConstraint("(channel = 'breakout') = (breakout_id IS NOT NULL)", name="breakout"),
        UniqueConstraint("participant_id", "client_id"),
        Index("ix_webinar_message_webinar_id", "webinar_id", "number"),
        Index("ix_webinar_message_held", "webinar_id", postgresql_where="state = 'held'"),
        Index("ix_webinar_message_at", "participant_id", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("webinar_participant.id"))
    client_id: Mapped[str]
    channel: Mapped[str] = mapped_column(default=Channel.ALL)
    breakout_id: Mapped[int | None] = mapped_column(ForeignKey("webinar_breakout.id"))
    about_id: Mapped[int | None] = mapped_column(ForeignKey("webinar_participant.id"))
    by_host: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str]
    state: Mapped[str] = mapped_column(default=MessageState.SHOWN)
    number: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("webinar_participant.id"))
    decided_at: Mapped[datetime | None]


class WebinarMessageReport(Base):
    """Somebody's word to the hosts that a message should not be there; one a person and message."""

    __tablename__ = "webinar_message_report"
    __table_args__ = (
        Index("ix_webinar_message_report_open", "message_id", postgresql_where="settled_at IS NULL"),
    )

    message_id: Mapped[int] = mapped_column(
        ForeignKey("webinar_message.id", ondelete="CASCADE"), primary_key=True
    )
    participant_id: Mapped[int] = mapped_column(ForeignKey("webinar_participant.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    settled_at: Mapped[datetime | None]


class WebinarReaction(Base):
    """How often a sign was given in a session; nobody is kept with it."""

    __tablename__ = "webinar_reaction"

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    sign: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class WebinarQuestion(Base):
    """A question to those who speak. ``*_second`` are seconds since the session began, None before.

    ``merged_into_id`` is the question it is answered with; merges are one level deep. ``answer`` is the written answer.
    """

    __tablename__ = "webinar_question"
    __table_args__ = (
        one_of("state", QuestionState),
        UniqueConstraint("participant_id", "client_id"),
        CheckConstraint("merged_into_id <> id", name="merged"),
        Index("ix_webinar_question_webinar_id", "webinar_id", "id"),
        Index("ix_webinar_question_merged_into_id", "merged_into_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("webinar_participant.id"))
    client_id: Mapped[str]
    anonymous: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str]
    state: Mapped[str] = mapped_column(default=QuestionState.OPEN)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("webinar_question.id"))
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    asked_second: Mapped[int | None]
    answering_second: Mapped[int | None]
    answered_second: Mapped[int | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("webinar_participant.id"))


class WebinarQuestionVote(Base):
    """A participant's vote for a question; the asker's is there from the start."""

    __tablename__ = "webinar_question_vote"

    question_id: Mapped[int] = mapped_column(
        ForeignKey("webinar_question.id", ondelete="CASCADE"), primary_key=True
    )
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("webinar_participant.id"), primary_key=True, index=True
    )


class WebinarPoll(Base):
    """A poll or quick quiz. ``options`` is a list of ``{"key", "label", "correct"}``; of a scale, its numbers.

    ``low_label`` and ``high_label`` name a scale's ends. ``counts`` makes it a check question of the attendance rule.
    ``changeable`` lets a vote be changed while the poll is open: never in an anonymous one, whose votes are nobody's.
    """

    __tablename__ = "webinar_poll"
    __table_args__ = (
        one_of("kind", PollKind),
        one_of("state", PollState),
        CheckConstraint("NOT (anonymous AND changeable)", name="changeable"),
        Index("ix_webinar_poll_webinar_id", "webinar_id", "position"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    kind: Mapped[str] = mapped_column(default=PollKind.SINGLE)
    text: Mapped[str]
    options: Mapped[list[Any]] = mapped_column(server_default="[]", default=list)
    low_label: Mapped[str] = mapped_column(default="")
    high_label: Mapped[str] = mapped_column(default="")
    anonymous: Mapped[bool] = mapped_column(default=True)
    changeable: Mapped[bool] = mapped_column(default=False)
    counts: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default=PollState.PREPARED)
    shown: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None]
    opened_second: Mapped[int | None]
    closed_at: Mapped[datetime | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WebinarBallot(Base):
    """That somebody has voted in a poll, and of an anonymous one no more. ``client_id`` knows a repeated sending."""

    __tablename__ = "webinar_ballot"

    poll_id: Mapped[int] = mapped_column(ForeignKey("webinar_poll.id", ondelete="CASCADE"), primary_key=True)
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("webinar_participant.id"), primary_key=True, index=True
    )
    client_id: Mapped[str]


class WebinarVote(Base):
    """One choice that was made: ``choice`` an option's key, or ``text`` for words. Of a named poll, by whom.

    ``hidden`` words are shown to hosts only.

    The id is random and there is no time, so that an anonymous vote has no place in the order of the ballots; when the
    poll closes, its rows are written anew in a random order, so that the storage keeps none either.
    """

    __tablename__ = "webinar_vote"
    __table_args__ = (Index("ix_webinar_vote_poll_id", "poll_id", "participant_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    poll_id: Mapped[int] = mapped_column(ForeignKey("webinar_poll.id", ondelete="CASCADE"))
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("webinar_participant.id"))
    choice: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    hidden: Mapped[bool] = mapped_column(default=False)
