"""Many learners for benchmarks: as they are told and as they are copied, the register holds together."""

from __future__ import annotations

from sqlalchemy import select, text

from app.certificates import signing
from app.certificates.models import Certificate
from app.core.database import TransactionalFlask, unit_of_work
from app.courses.models import Course, Enrolment
from app.records import projections
from demo import bulk

LEARNERS, COURSES = 200, 3


def test_learners_in_courses(with_content: TransactionalFlask) -> None:
    with with_content.app_context(), unit_of_work() as session:
        keys = set(session.execute(text("SELECT conname FROM pg_constraint WHERE contype = 'f'")).scalars())
        bulk.load(learners=LEARNERS, courses=COURSES)
        assert projections.check() == []
        count = "SELECT count(*) FROM {}"
        assert session.scalar(text(count.format("enrolment"))) == LEARNERS * COURSES
        assert session.scalar(text(count.format("participation"))) == LEARNERS * COURSES
        certificates = session.scalars(select(Certificate)).all()
        assert len(certificates) == 90 * COURSES
        assert all(signing.genuine(one.statement, one.signature) for one in certificates)
        assert keys == set(
            session.execute(text("SELECT conname FROM pg_constraint WHERE contype = 'f'")).scalars()
        )
        differing = text(
            "SELECT count(*) FROM (SELECT user_id FROM enrolment GROUP BY 1 HAVING count(DISTINCT last_item) > 1) found"
        )
        assert (session.scalar(differing) or 0) > LEARNERS / 2
        begun = (
            select(Enrolment)
            .where(Enrolment.completed_at.is_(None), Enrolment.last_item == "m2-budapest")
            .limit(1)
        )
        enrolment = session.scalars(begun).one()
        course = session.get_one(Course, enrolment.course_id)
        assert course.version is not None
        bulk.finish_items(enrolment.id, course.version.structure)
        open_items = text("SELECT count(*) FROM item_progress WHERE enrolment_id = :id AND done_at IS NULL")
        assert session.scalar(open_items, {"id": enrolment.id}) == 0
        assert projections.check() == []
