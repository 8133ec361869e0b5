"""What members make together: a stocktaking that is open, and a draft under discussion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from app.core import clock
from app.core.database import db
from app.irooms.actions.drafting import comments, drafts, sections, suggestions
from app.irooms.actions.stocktaking import answering, building, running
from app.irooms.drafting.anchors import Quote
from app.irooms.drafting_bench import Bench, CommentBench, SectionBench, SuggestionBench
from app.irooms.models.drafting import RoomDraft, RoomDraftSection
from app.irooms.models.stocktaking import Stocktaking
from app.irooms.stocktaking import values
from app.irooms.stocktaking.questionnaire import Kind, Option, Question, Questionnaire, Section
from demo.rooming.content import Row
from demo.rooming.story import Story

_OPEN_FOR = 21


# ------------------------------------------------------------------------------------------------ stocktaking


def plan_stocktaking(story: Story) -> None:
    """Plan that the questionnaire is opened and who answers it."""
    row, held = story.content.stocktaking, dict[str, Stocktaking]()
    if not row:
        return
    opened = story.ago(row.get("days_ago", 18))
    story.then(opened, partial(_open, story, row, held))
    for response in row.get("responses") or ():
        moment = story.held(opened + (story.world.now - opened) * story.chance.uniform(0.05, 0.95))
        story.then(moment, partial(_respond, story, response, held))


def _open(story: Story, row: Row, held: dict[str, Stocktaking]) -> None:
    seat = story.seat("manager")
    about = building.About(
        row["title"], row.get("intro", ""), row.get("language", "en"), row.get("per", "person"),
        bool(row.get("answers_visible")),
    )  # fmt: skip
    made = building.make(seat, about)
    content = Questionnaire(
        tuple(_section(number, one) for number, one in enumerate(row["sections"], start=1))
    )
    building.edit(seat, made, lambda _before: content)
    days = int(row.get("deadline_days", _OPEN_FOR))
    deadline = (story.world.now + timedelta(days=days)).replace(hour=21, minute=59, second=0, microsecond=0)
    running.open_for_answers(seat, made, deadline, seat.actor.zone)
    held["row"] = made


def _section(number: int, row: Row) -> Section:
    return Section(
        f"s{number}", row["title"], row.get("intro", ""), tuple(_question(one) for one in row["questions"])
    )


def _question(row: Row) -> Question:
    kind = str(row["kind"]).replace("-", "_").replace("yes_no_source", "yes_no").replace("yesno", "yes_no")
    scale = row.get("scale") or {}
    return Question(
        id=str(row["id"]),
        kind=Kind("choice" if kind in {"choices", "multiple"} else kind),
        text=row["text"],
        help=row.get("help", ""),
        required=bool(row.get("required")),
        options=tuple(
            Option(_option(row, at), str(text)) for at, text in enumerate(row.get("options") or ())
        ),
        many=bool(row.get("many")) or kind in {"choices", "multiple"},
        low=int(row.get("low", scale.get("low", 1))),
        high=int(row.get("high", scale.get("high", 5))),
        low_label=row.get("low_label", scale.get("low_label", "")),
        high_label=row.get("high_label", scale.get("high_label", "")),
    )


def _option(row: Row, number: int) -> str:
    return f"{row['id']}-{number}"


def _respond(story: Story, response: Row, held: dict[str, Stocktaking]) -> None:
    row, seat = held["row"], story.seat(response["by"])
    content = building.in_force(row)
    written: dict[str, answering.Written] = {}
    for id, given in response["answers"].items():
        question = content.question(str(id))
        if question is not None:
            written[question.id] = answering.Written(_value(question, given))
    answering.save(seat, row, written, f"demo-{response['by']}")
    if response.get("sent", True):
        answering.send(seat, row)


def _value(question: Question, given: Any) -> dict[str, Any]:
    """Return an answer as the application keeps it, of the short form that content is written in."""
    if question.kind == Kind.YES_NO:
        said = given if isinstance(given, Mapping) else {"yes": given}
        yes = said.get("yes", said.get("value", said.get("answer")))
        return values.read(question, ["yes" if yes in {True, "yes"} else "no"], str(said.get("source") or ""))
    if question.kind == Kind.CHOICE:
        chosen = given if isinstance(given, list) else [given]
        return values.read(question, [_chosen(question, one) for one in chosen])
    return values.read(question, [str(given)])


def _chosen(question: Question, one: Any) -> str:
    if isinstance(one, int):
        return question.options[one].id
    return next((option.id for option in question.options if str(one) in {option.text, option.id}), str(one))


# ------------------------------------------------------------------------------------------------ drafting


class _Desk:
    """A document being written: its rows, once they are there."""

    def __init__(self, story: Story, row: Row) -> None:
        self.story, self.row = story, row
        self.draft: RoomDraft | None = None
        self.places: list[RoomDraftSection] = []
        self.editors: set[int] = set()

    def bench(self, number: Any) -> Bench:
        """Return the bench of a member before the document."""
        if self.draft is None:
            raise LookupError("no draft was begun")
        return Bench(self.story.seat(number), self.draft, frozenset(self.editors))

    def place(self, number: Any, named: Any) -> SectionBench:
        """Return a section, by its heading or its place from 0, before a member."""
        return SectionBench(self.bench(number), self.places[self.at(named)])

    def at(self, named: Any) -> int:
        """Return the place of a section, from 0."""
        if isinstance(named, int):
            return named
        return next(at for at, one in enumerate(self.row["sections"]) if one["heading"] == named)


def plan_draft(story: Story) -> None:
    """Plan that the document is begun, written in versions, commented on and changed by suggestions."""
    row = story.content.draft
    if not row:
        return
    desk, days = _Desk(story, row), float(row.get("days_ago", 24))
    begun = story.ago(days)
    story.then(begun, partial(_begin, desk))
    span = (story.world.now - begun) * 0.5
    versions = max(1 + len(one.get("history") or ()) for one in row["sections"])
    for version in range(versions):
        moment = story.held(begun + timedelta(hours=1) + span * (version / versions))
        story.then(moment, partial(_write, desk, version))
    after = story.held(begun + span)
    said = [(_comment, one) for one in row.get("comments") or ()]
    said += [(_suggest, one) for one in row.get("suggestions") or ()]
    for number, (act, one) in enumerate(said, start=1):
        moment = story.held(after + (story.world.now - after) * (0.9 * number / len(said)))
        story.then(moment, partial(act, desk, one))


def _begin(desk: _Desk) -> None:
    row, seat = desk.row, desk.story.seat("manager")
    about = drafts.About(row["title"], row.get("purpose", ""), row.get("language", "en"))
    bench = drafts.begin(seat, about)
    desk.draft = bench.draft
    for number in row.get("editors") or ():
        drafts.choose_editor(desk.bench("manager"), desk.story.member(number))
        desk.editors.add(desk.story.member(number).id)
    for section in row["sections"]:
        last = desk.places[-1] if desk.places else None
        texts = [*(section.get("history") or ()), section["text"]]
        words = sections.Words(section["heading"], _of(texts[0]))
        desk.places.append(sections.add_section(desk.bench("manager"), words, last))


def _of(text: Any) -> str:
    return str(text["text"] if isinstance(text, Mapping) else text).strip()


def _write(desk: _Desk, version: int) -> None:
    """Save the version of every section that has one; editors and managers take turns."""
    names = [*(desk.row.get("editors") or ()), "manager"]
    for at, row in enumerate(desk.row["sections"]):
        texts = [*(row.get("history") or ()), row["text"]]
        if 0 < version < len(texts):
            place = desk.place(names[(at + version) % len(names)], at)
            sections.save(place, sections.Words(row["heading"], _of(texts[version])), place.section.version)


def _comment(desk: _Desk, row: Row) -> None:
    place = desk.place(row["by"], row["section"])
    made = comments.comment_on(place, row["text"], Quote(row.get("passage") or ""))
    for reply in row.get("replies") or ():
        given = reply if isinstance(reply, dict) else {"by": "manager", "text": str(reply)}
        found = CommentBench(desk.place(given["by"], row["section"]), made)
        with clock.travel(desk.story.held(clock.now() + timedelta(hours=2))):
            comments.reply(found, given["text"])
    if row.get("resolved"):
        comments.resolve(CommentBench(desk.place("manager", row["section"]), made))


def _suggest(desk: _Desk, row: Row) -> None:
    place = desk.place(row["by"], row["section"])
    section = place.section
    if row["passage"] not in section.text:
        raise LookupError(f"no passage to change: {row['passage'][:60]}")
    words = sections.Words(section.heading, section.text.replace(row["passage"], row["to"], 1))
    made = suggestions.suggest(place, words, section.version, row.get("note", ""))
    db.session.flush()
    found = SuggestionBench(desk.place("manager", row["section"]), made)
    if row.get("state") == "accepted":
        suggestions.accept(found)
    elif row.get("state") == "rejected":
        suggestions.reject(found, row.get("reason") or "The present wording is closer to the instrument.")
