"""Tables of people: accounts, sessions, roles as dated grants, groups, vetting, tokens, recovery codes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import JSON, Base
from app.core.ids import public_id

_new_id = public_id  # inside a class the name is its column


class Standing(StrEnum):
    """Where an account stands."""

    UNCONFIRMED = "unconfirmed"
    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class Role(StrEnum):
    """The seven roles; which permissions each gives stands in ``policy.py``."""

    PRACTITIONER = "practitioner"
    TRAINER = "trainer"
    EXPERT = "expert"
    ROOM_MANAGER = "room_manager"
    FOCAL_POINT = "focal_point"
    REPORTING_OFFICER = "reporting_officer"
    ADMINISTRATOR = "administrator"


class User(UserMixin, Base):
    """A person's account. Names and columns that Flask-Security asks for are marked."""

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint("char_length(country) IN (0, 2)", name="country"),
        Index("ix_user_standing", "standing", "id"),
        Index("ix_user_country", "country"),
        Index("ix_user_test", "id", postgresql_where="is_test"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    email: Mapped[str] = mapped_column(unique=True)  # Flask-Security; normalised, lower case
    password: Mapped[str | None]  # Flask-Security
    active: Mapped[bool] = mapped_column(default=True)  # Flask-Security
    fs_uniquifier: Mapped[str] = mapped_column(unique=True, default=_new_id)  # Flask-Security
    confirmed_at: Mapped[datetime | None]  # Flask-Security
    tf_primary_method: Mapped[str | None]  # Flask-Security
    tf_totp_secret: Mapped[str | None]  # Flask-Security
    tf_phone_number: Mapped[str | None]  # Flask-Security
    mf_recovery_codes: Mapped[list[str] | None]  # Flask-Security
    us_totp_secrets: Mapped[str | None]  # Flask-Security
    tf_last_counter: Mapped[int | None] = mapped_column(BigInteger)  # a code of the second factor works once
    password_changed_at: Mapped[datetime | None]

    standing: Mapped[str] = mapped_column(default=Standing.UNCONFIRMED)
    family_name: Mapped[str] = mapped_column(default="")
    given_name: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    legal_system: Mapped[str] = mapped_column(default="")
    profession: Mapped[str] = mapped_column(default="")
    institution: Mapped[str] = mapped_column(default="")
    gender: Mapped[str] = mapped_column(default="")
    age_group: Mapped[str] = mapped_column(default="", server_default="")
    language: Mapped[str] = mapped_column(default="en")
    working_languages: Mapped[list[str]] = mapped_column(server_default="[]", default=list)
    zone: Mapped[str] = mapped_column(default="UTC")
    reason: Mapped[str] = mapped_column(default="")
    is_test: Mapped[bool] = mapped_column(default=False)
    registered_at: Mapped[datetime] = mapped_column(server_default=func.now())
    approved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    grants: Mapped[list[RoleGrant]] = relationship(
        back_populates="user", foreign_keys="RoleGrant.user_id", order_by="RoleGrant.id"
    )

    @property
    def name(self) -> str:
        """Given and family name as shown; the e-mail address before a profile exists."""
        return f"{self.given_name} {self.family_name}".strip() or self.email

    @property
    def is_approved(self) -> bool:
        """Whether the account may be used in full."""
        return self.standing == Standing.APPROVED and self.active


class RoleGrant(Base):
    """A role of a person, for a scope, from a day to a day; revoking sets the end. History stays."""

    __tablename__ = "role_grant"
    __table_args__ = (Index("ix_role_grant_user", "user_id", "ends_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    role: Mapped[str]
    scope: Mapped[str] = mapped_column(default="*")
    starts_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ends_at: Mapped[datetime | None]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str] = mapped_column(default="")

    user: Mapped[User] = relationship(back_populates="grants", foreign_keys=[user_id])


class WebSession(Base):
    """One browser's session. The cookie holds a random token; only its digest is kept."""

    __tablename__ = "web_session"
    __table_args__ = (
        Index("ix_web_session_user", "user_id", "last_seen_at"),
        Index("ix_web_session_seen", "last_seen_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    data: Mapped[JSON] = mapped_column(server_default="{}")
    device: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    signed_in_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    revoked_at: Mapped[datetime | None]


class VettingDecision(Base):
    """A decision on an application, a question to the applicant, or the answer to it. History stays."""

    __tablename__ = "vetting_decision"
    __table_args__ = (
        CheckConstraint("decision IN ('approved', 'declined', 'asked', 'answered')", name="decision"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    decision: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Group(Base):
    """A cohort of people; courses, rooms and webinars meet through groups.

    ``owner`` names the feature that keeps the group ("room"); staff neither see nor change such a group. A group with
    ``second_factor`` is not held by somebody who signed in without one.
    """

    __tablename__ = "group"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    owner: Mapped[str] = mapped_column(default="", server_default="")
    second_factor: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    closed_at: Mapped[datetime | None]


class GroupMembership(Base):
    """A person in a group, from an instant to an instant; leaving sets the end, ``ends_at`` is known beforehand."""

    __tablename__ = "group_membership"
    __table_args__ = (
        Index(
            "uq_group_membership_present",
            "group_id",
            "user_id",
            unique=True,
            postgresql_where="left_at IS NULL",
        ),
        Index("ix_group_membership_user", "user_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    joined_at: Mapped[datetime] = mapped_column(server_default=func.now())
    left_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class ApiToken(Base):
    """A bearer token of a person, kept as a digest, scoped and revocable."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    hint: Mapped[str]
    label: Mapped[str]
    scopes: Mapped[list[str]]
    second_factor: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SecurityRole(RoleMixin, Base):
    """Flask-Security's role table; ours are dated grants, so it stays empty."""

    __tablename__ = "security_role"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str | None]
