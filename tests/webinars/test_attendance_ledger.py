"""The keeper of beats on the database: what is counted, what is refused, that nothing is lost or doubled."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.core import clock
from app.core.database import db
from app.live.beats import Beat
from app.live.models import GatewayLife
from app.webinars.attendance_keeper import keep
from app.webinars.models.attendance import WebinarPresence
from app.webinars.models.room import Step, WebinarParticipant
from app.webinars.queries.attendance import own_of, sheet_of
from tests.cast import Cast
from tests.conftest import Inside
from tests.webinars.beats import PERIOD, beat, end, stay
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import WebinarScene

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def begins() -> datetime:
    """When the session of a test began: an hour ago, on a whole second."""
    return clock.now().replace(microsecond=0) - timedelta(hours=1)


@pytest.fixture
def scene(open_session: OpenSession, begins: datetime) -> WebinarScene:
    """A session that runs since an hour and was planned for one."""
    return open_session(starts_at=begins, ends_at=begins + timedelta(hours=1))


@pytest.fixture(autouse=True)
def _began(scene: WebinarScene, inside: Inside, begins: datetime) -> None:
    with inside():
        webinar = scene.webinar()
        webinar.opened_at = webinar.begun_at = begins
        lived(begins - MINUTE, begins + 61 * MINUTE)


def lived(*times: datetime) -> None:
    """Write down that gateways were there from each first to each second time, and at no other."""
    db.session.execute(delete(GatewayLife))
    rows = [
        {"key": uuid.uuid4(), "began_at": began, "seen_at": seen}
        for began, seen in zip(times[::2], times[1::2], strict=True)
    ]
    if rows:
        db.session.execute(insert(GatewayLife), rows)


def present(scene: WebinarScene, user_id: int) -> timedelta:
    found = own_of(scene.webinar(), user_id, clock.now())
    assert found is not None
    return found.present


def test_beats_become_minutes_and_a_resent_one_doubles_nothing(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime
) -> None:
    owner = cast("owner").id
    with inside():
        kept = stay(scene, owner, begins, begins + 10 * MINUTE)
        assert len(kept) == 61
        again = stay(scene, owner, begins, begins + 10 * MINUTE)
        late = keep([beat(scene, owner, n, begins + 11 * MINUTE) for n in range(40, 62)])
    with inside():
        assert again == kept
        assert late <= kept
        assert present(scene, owner) == 10 * MINUTE
        assert db.session.scalar(select(func.count()).select_from(WebinarPresence)) == 61


def test_two_devices_count_once_and_the_better_step_is_noted(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime
) -> None:
    owner = cast("owner").id
    with inside():
        stay(scene, owner, begins, begins + 10 * MINUTE, connection="laptop")
        stay(scene, owner, begins + 5 * MINUTE, begins + 20 * MINUTE, connection="phone", step=Step.TEXT)
    with inside():
        found = own_of(scene.webinar(), owner, clock.now())
        assert found is not None
        assert found.present == 20 * MINUTE
        assert found.steps == {"full": 10 * MINUTE, "text": 10 * MINUTE}


def test_time_before_the_start_and_in_the_lobby_counts_nothing(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime
) -> None:
    owner, member = cast("owner").id, cast("member").id
    with inside():
        waits = db.session.scalars(select(WebinarParticipant).filter_by(user_id=member)).one()
        waits.admitted_at = None
    with inside():
        stay(scene, owner, begins - 5 * MINUTE, begins + 5 * MINUTE)
        assert stay(scene, member, begins, begins + 5 * MINUTE) == set()
    with inside():
        assert present(scene, owner) == 5 * MINUTE
        assert present(scene, member) == timedelta(0)


@pytest.mark.parametrize("who", ["expelled", "outsider", "administrator"])
def test_who_is_not_in_the_room_has_no_minutes(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime, who: str
) -> None:
    player = cast(who)
    with inside():
        webinar = scene.webinar()
        for one in db.session.scalars(select(WebinarParticipant).filter_by(user_id=player.id)):
            one.removed_at = one.banned_at = begins
        assert webinar.running
        assert stay(scene, player.id, begins + SECOND, begins + 5 * MINUTE) == set()
        assert db.session.scalar(select(func.count()).select_from(WebinarPresence)) == 0


def test_forged_beats_count_nothing(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime
) -> None:
    owner = cast("owner").id
    topic = f"webinar:{scene.public_id}"
    with inside():
        stay(scene, owner, begins, begins + MINUTE)
        forged = [
            beat(scene, owner, 5000, begins + MINUTE + SECOND),  # of the future
            beat(scene, owner, -3, begins + MINUTE + SECOND),
            beat(scene, owner, 10**15, begins + MINUTE + SECOND),
            beat(scene, owner, 8, begins + MINUTE, step="telepathy"),
            beat(scene, owner, 8, begins + MINUTE, connection=""),
            beat(scene, owner, 8, begins + MINUTE, connection="x" * 65),
            Beat(owner, f"{topic}x", "one", 8, Step.FULL, begins + MINUTE),
            Beat(owner, "webinar:", "one", 8, Step.FULL, begins + MINUTE),
            Beat(10**9, topic, "one", 8, Step.FULL, begins + MINUTE),
        ]
        for one in forged:
            assert keep([one]) == set(), one
        keep([beat(scene, owner, n, begins + MINUTE + SECOND) for n in range(8, 18)])  # as fast as one can
    with inside():
        assert present(scene, owner) == MINUTE + SECOND


def test_a_cut_of_a_minute_is_filled_and_a_longer_one_is_a_gap(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime
) -> None:
    owner, member = cast("owner").id, cast("member").id
    with inside():
        for who, cut in ((owner, 55), (member, 65)):
            stay(scene, who, begins, begins + MINUTE)
            back = begins + MINUTE + cut * SECOND
            missed = [beat(scene, who, n, back) for n in range(8, 8 + cut // 10)]
            assert len(keep(missed)) == len(missed)  # not to be sent again, counted or not
            stay(scene, who, back, back + MINUTE, first=8 + cut // 10)
    with inside():
        assert present(scene, owner) == 2 * MINUTE + 55 * SECOND
        assert present(scene, member) == 2 * MINUTE


def test_a_restart_loses_no_minute_that_the_server_can_see_was_its_own(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime
) -> None:
    """The gateway is gone from the third to the eighth minute; one client stays, another one's machine sleeps."""
    owner, member = cast("owner").id, cast("member").id
    down, up = begins + 3 * MINUTE, begins + 8 * MINUTE
    with inside():
        lived(begins - MINUTE, down - SECOND, up, begins + 60 * MINUTE)
        for who in (owner, member):
            stay(scene, who, begins, down)
        back = up + 7 * SECOND
        keep([beat(scene, owner, n, back) for n in range(20, 51)])
        keep([beat(scene, member, 20, back)])
        stay(scene, owner, back, begins + 10 * MINUTE, first=51)
        stay(scene, member, back, begins + 10 * MINUTE, first=21)
    with inside():
        assert present(scene, owner) == 10 * MINUTE
        assert present(scene, member) == 5 * MINUTE - 7 * SECOND + 10 * SECOND


def test_a_beat_on_its_way_when_the_session_ends_is_kept(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime
) -> None:
    owner = cast("owner").id
    with inside():
        stay(scene, owner, begins, begins + MINUTE)
        end(scene, begins + 2 * MINUTE)
        assert keep([beat(scene, owner, 8, begins + MINUTE + 10 * SECOND)])
        assert not keep([beat(scene, owner, 13, begins + 2 * MINUTE + SECOND)])
    with inside():
        assert present(scene, owner) == MINUTE + 10 * SECOND


def test_without_a_record_of_gateways_nothing_was_down(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime
) -> None:
    owner = cast("owner").id
    with inside():
        lived()
        stay(scene, owner, begins, begins + MINUTE)
        stay(scene, owner, begins + 5 * MINUTE, begins + 6 * MINUTE, first=31)
        assert present(scene, owner) == 2 * MINUTE


def test_no_plan_of_an_empty_ledger_is_kept_for_a_full_one(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime
) -> None:
    """One made while there was nothing reads everything: with 300 people, minutes a second later on."""
    owner = cast("owner").id
    as_analysed_empty = text(
        "UPDATE pg_class SET reltuples = 0, relpages = 1 WHERE relname = 'webinar_presence'"
    )
    kept = text("SELECT sum(custom_plans), sum(generic_plans) FROM pg_prepared_statements "
                "WHERE statement LIKE '%webinar_presence AS p%'")  # fmt: skip
    with inside():
        db.session.execute(as_analysed_empty)
        for n in range(1, 13):
            keep([beat(scene, owner, n, begins + n * PERIOD)])
        custom, generic = db.session.execute(kept).one()
    assert custom >= 5
    assert generic == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE webinar_presence SET to_at = to_at + interval '1 hour', arrived_at = arrived_at + interval '1 hour'",
        "DELETE FROM webinar_presence",
        "TRUNCATE webinar_presence",
    ],
)
def test_what_was_seen_cannot_be_changed(
    scene: WebinarScene, inside: Inside, cast: Cast, begins: datetime, statement: str
) -> None:
    owner = cast("owner").id
    with inside():
        stay(scene, owner, begins, begins + MINUTE)
    with inside() as session, pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text(statement))


# ------------------------------------------------------------------------------------------------ three hundred


@dataclass
class Client:
    """One page of one device of a person, played second by second: its clock is skewed, its line is cut at random.

    ``truth`` is when it was there, as its script knows: from its first beat to the last that came through, short cuts
    included. Beats that were not acknowledged go again with the next one that comes through.
    """

    user_id: int
    name: str
    begins: float
    ends: float
    cuts: list[tuple[float, float]]
    period: float
    truth: list[tuple[float, float]] = field(default_factory=list)

    def beats(self) -> Iterator[tuple[float, int]]:
        """Yield (second of arrival, number), those that are sent again included."""
        n, at, last, missed = 0, self.begins, -1e9, []  # type: int, float, float, list[int]
        while at <= self.ends:
            n += 1
            if any(begins <= at < ends for begins, ends in self.cuts):
                missed.append(n)
            else:
                yield from ((at, one) for one in [*missed, n])
                missed = []
                if at - last > 60:
                    self.truth.append((at, at))
                self.truth[-1] = (self.truth[-1][0], at)
                last = at
            at += self.period
        if (
            not any(begins <= self.ends < ends for begins, ends in self.cuts)
            and self.truth
            and self.ends - last <= 60
        ):
            yield self.ends, n + 1
            self.truth[-1] = (self.truth[-1][0], self.ends)


def client(user_id: int, name: str, chance: random.Random, length: float) -> Client:
    begins = chance.uniform(0, length / 6)
    ends = chance.uniform(begins + length / 6, length)
    cuts = []
    for _cut in range(chance.randrange(5)):
        at = chance.uniform(begins, ends)
        cuts.append((at, at + chance.choice([5, 15, 30, 45, 90, 200, 400])))
    return Client(user_id, name, begins, ends, cuts, 10 * chance.uniform(0.97, 1.03))


def seconds(spans: list[tuple[float, float]]) -> float:
    total, reached = 0.0, -1.0
    for begins, ends in sorted(spans):
        total += max(0.0, ends - max(begins, reached))
        reached = max(reached, ends)
    return total


@pytest.mark.parametrize("length", [720, pytest.param(3600, marks=pytest.mark.long)])
def test_three_hundred_clients_have_the_minutes_of_their_script(
    scene: WebinarScene, inside: Inside, begins: datetime, length: int
) -> None:
    """Everybody has the same display name, every third a second device; lines drop, clocks are skewed."""
    chance = random.Random(300)
    with inside():
        people = list(
            db.session.scalars(
                insert(User).returning(User.id),
                [_account(number) for number in range(300)],
            )
        )
        db.session.execute(
            insert(WebinarParticipant),
            [
                {"webinar_id": scene.id, "user_id": one, "number": 100 + n, "role": "participant",
                 "admitted_at": begins, "public_id": f"participant-{n}"}
                for n, one in enumerate(people)
            ],
        )  # fmt: skip
    clients = [client(one, "first", chance, length) for one in people]
    clients += [client(one, "second", chance, length) for one in people[::3]]
    arriving = sorted((at, one.user_id, one.name, n) for one in clients for at, n in one.beats())
    with inside():
        flush: list[Beat] = []
        until = 5.0
        for at, user_id, name, n in arriving:
            if at >= until:
                keep(flush)
                flush, until = [], at + 10.0  # more seldom than a gateway does: fewer statements
            flush.append(beat(scene, user_id, n, begins + timedelta(seconds=at), connection=name))
        keep(flush)
    truth: dict[int, list[tuple[float, float]]] = {}
    for one in clients:
        truth.setdefault(one.user_id, []).extend(one.truth)
    with inside():
        sheet = sheet_of(scene.webinar(), begins + timedelta(hours=1))
        found = {one.user_id: one.present.total_seconds() for one in sheet.people}
    wrong = {
        one: (found[one], seconds(spans))
        for one, spans in truth.items()
        if abs(found[one] - seconds(spans)) > 10
    }
    assert wrong == {}


def _account(number: int) -> dict[str, object]:
    return {
        "email": f"same-{number}@crowd.example",
        "given_name": "Ana",
        "family_name": "Silva",
        "country": "BR",
        "fs_uniquifier": f"crowd-{number}",
        "public_id": f"crowd-{number}",
        "standing": "approved",
    }
