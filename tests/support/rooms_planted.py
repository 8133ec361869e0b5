"""What each part of a room plants in both rooms of the matrix (``rooms_world.py``), in order."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import select

from app.core import clock
from app.core.database import db
from app.core.jobs import run_pending
from app.irooms.actions import calendar as calendars
from app.irooms.actions.discussion import changing, moderating, posting
from app.irooms.actions.discussion.words import Words
from app.irooms.actions.drafting import comments, drafts, sections, suggestions
from app.irooms.actions.questions import answering, asking, publishing
from app.irooms.actions.resources import adding, lists, viewing
from app.irooms.actions.resources import collections as shelving
from app.irooms.actions.stocktaking import answering as answering_stock
from app.irooms.actions.stocktaking import building, running, summarising
from app.irooms.drafting.anchors import Quote
from app.irooms.drafting_bench import Bench, SectionBench
from app.irooms.models import RoomMembership
from app.irooms.models.resources import RoomResourceVersion
from app.irooms.models.stocktaking import StocktakingResponse
from app.irooms.queries.resources.collections import collection_scope, tree
from app.irooms.resources_words import Words as ResourceWords
from app.irooms.stocktaking.questionnaire import Kind, Question, Section
from app.media import actions as media
from tests.irooms.shelves import pdf
from tests.support.rooms_world import INSIDE_A, INSIDE_B, RoomsWorld

ANSWERING_A = ("manager", "expert", "member")
ANSWERING_B = ("other_manager", "other_member")


def _members(room: str) -> tuple[str, str]:
    """Return (manager, member) of a room by their names in the world."""
    return ("manager", "member") if room == "a" else ("other_manager", "other_member")


def _words(text: str, title: str = "") -> Words:
    return Words(text=text, language="en", client_id=uuid.uuid4(), title=title)


def discussion(made: RoomsWorld) -> None:
    """A topic of the member's with a post, an edited one, a deleted one; an announcement."""
    for room in ("a", "b"):
        letter, (manager, member) = room.upper(), _members(room)
        seat = made.seat(member, room)
        title, text = made.plant(f"CANARY-{letter}-TOPIC"), made.plant(f"CANARY-{letter}-POST")
        topic = posting.start_topic(seat, _words(text, title))
        edited = posting.post(seat, topic, _words(made.plant(f"CANARY-{letter}-FIRSTWORDS")))
        changing.edit(seat, topic, edited, _words("Other words."), 0)
        gone = posting.post(seat, topic, _words(made.plant(f"CANARY-{letter}-DELETED", "nobody at all")))
        changing.delete_own(seat, topic, gone)
        db.session.flush()
        made.values[room] |= {
            "topic_id": topic.public_id,
            "post_id": edited.public_id,
            "place": topic.public_id,
        }
        announced = _words(made.plant(f"CANARY-{letter}-NEWS"), made.plant(f"CANARY-{letter}-HEADLINE"))
        told = posting.start_topic(made.seat(manager, room), announced, announcement=True)
        made.values[room]["announcement_id"] = told.public_id
        moderating.pin(made.seat(manager, room), topic, on=True)


def calendar(made: RoomsWorld) -> None:
    """An entry to come."""
    for room in ("a", "b"):
        letter = room.upper()
        plan = calendars.Plan(
            made.plant(f"CANARY-{letter}-EVENT"),
            clock.now() + timedelta(days=2),
            clock.now() + timedelta(days=2, hours=1),
            "UTC",
            description=made.plant(f"CANARY-{letter}-EVENTTEXT"),
        )
        event = calendars.make_event(made.seat(_members(room)[0], room), plan)
        made.values[room]["event_id"] = event.public_id


def questions(made: RoomsWorld) -> None:
    """A private question of the member's that waits, an answered one that was published, one withdrawn."""
    for room in ("a", "b"):
        letter, (manager, member) = room.upper(), _members(room)
        between = ANSWERING_A if room == "a" else ANSWERING_B
        private = asking.ask(
            made.seat(member, room),
            asking.Asked(
                made.plant(f"CANARY-{letter}-ASKED", *between),
                made.plant(f"CANARY-{letter}-PRIVATE", *between),
                "electronic-evidence",
                "en",
                private=True,
            ),
        )
        made.values[room]["question_id"] = private.public_id
        withdrawn = asking.ask(
            made.seat(member, room),
            asking.Asked(made.plant(f"CANARY-{letter}-WITHDRAWN", member), "Never mind.", "other", "en"),
        )
        asking.withdraw(made.seat(member, room), withdrawn)
        everybody = INSIDE_A - {"glass", "observer"} if room == "a" else INSIDE_B
        answered = asking.ask(
            made.seat(member, room),
            asking.Asked(
                "What is kept?",
                made.plant(f"CANARY-{letter}-OPENLY", *everybody, "glass", "observer"),
                "other",
                "en",
            ),
        )
        answering.answer(made.seat(manager, room), answered, "This is.", private=False)
        copy = publishing.Copy(
            made.plant(f"CANARY-{letter}-PUBLISHED"),
            "What is kept?",
            made.plant(f"CANARY-{letter}-KNOWN"),
            "other",
            "en",
        )
        item = publishing.publish(made.seat(manager, room), answered, copy, looked=True)
        made.values[room]["item_id"] = item.public_id


def _denied(letter: str, room: str) -> list[str]:
    """Who reads what a collection denies members and observers; break glass is let into all of them."""
    return ["manager", "expert", "glass"] if room == "a" else ["other_manager"]


def resources(made: RoomsWorld) -> None:
    """A collection for all and one that is denied to members and observers, each with a text, a legal reference, a
    file; a resource withdrawn; a draft discarded; a reading list; a look that leaves a code."""
    for room in ("a", "b"):
        letter, (manager, member) = room.upper(), _members(room)
        seat = made.seat(manager, room)
        denied = {"read": {"member": "deny", "observer": "deny"}}
        opened = shelving.make_collection(
            seat, tree(seat).root, shelving.Description(made.plant(f"CANARY-{letter}-SHELF"))
        )
        closed = shelving.make_collection(
            seat,
            tree(seat).root,
            shelving.Description(
                made.plant(f"CANARY-{letter}-CLOSEDSHELF", *_denied(letter, room)),
                made.plant(f"CANARY-{letter}-CLOSEDWORDS", *_denied(letter, room)),
                denied,
            ),
        )
        shelves = tree(seat)
        open_node, closed_node = shelves.nodes[opened.id], shelves.nodes[closed.id]
        text = adding.add_text(
            seat,
            shelves,
            open_node,
            ResourceWords(made.plant(f"CANARY-{letter}-PAGE")),
            made.plant(f"CANARY-{letter}-PAGETEXT"),
        )
        hidden = adding.add_text(
            seat,
            shelves,
            closed_node,
            ResourceWords(made.plant(f"CANARY-{letter}-CLOSEDPAGE", *_denied(letter, room))),
            made.plant(f"CANARY-{letter}-CLOSEDTEXT", *_denied(letter, room)),
        )
        taken = adding.add_text(seat, shelves, open_node, ResourceWords("To be read first"), "Words.")
        file = media.receive_bytes(
            seat.actor, pdf(2), "guide.pdf", collection_scope(opened.id), strip=adding.strips(seat)
        )
        paper = adding.add_file(
            seat, shelves, open_node, file, ResourceWords(made.plant(f"CANARY-{letter}-PAPER"))
        )
        run_pending()
        reading = lists.make_list(
            seat, made.plant(f"CANARY-{letter}-LIST"), made.plant(f"CANARY-{letter}-LISTWORDS")
        )
        lists.put(seat, reading, taken)
        lists.put(seat, reading, hidden)
        version = db.session.get_one(RoomResourceVersion, text.current_id)
        viewing.look(made.seat(member, room), text, version)
        made.values[room] |= {
            "collection_id": opened.public_id,
            "closed_collection_id": closed.public_id,
            "resource_id": text.public_id,
            "closed_resource_id": hidden.public_id,
            "file_resource_id": paper.public_id,
            "listed_resource_id": taken.public_id,
            "list_id": reading.public_id,
            "kind": "text",
            "page": "1",
        }


def stocktaking(made: RoomsWorld) -> None:
    """An open stocktaking with raw answers of the member's, which managers read; a summary for all."""
    for room in ("a", "b"):
        letter, (manager, member) = room.upper(), _members(room)
        seat = made.seat(manager, room)
        row = building.make(
            seat,
            building.About(
                made.plant(f"CANARY-{letter}-STOCK"), made.plant(f"CANARY-{letter}-STOCKWORDS"), "en"
            ),
        )
        section = Section("sec1", made.plant(f"CANARY-{letter}-SECTION"))
        building.put_section(seat, row, section)
        question = Question("que1", Kind.TEXT, made.plant(f"CANARY-{letter}-STOCKQUESTION"))
        building.put_question(seat, row, section.id, question, same_meaning=False)
        running.open_for_answers(seat, row, clock.now() + timedelta(days=9), "UTC")
        raw = made.plant(f"CANARY-{letter}-RAW", *_members(room))
        answering_stock.save(
            made.seat(member, room), row, {"que1": answering_stock.Written({"text": raw})}, "page-1"
        )
        response = answering_stock.send(made.seat(member, room), row)
        summary = summarising.publish(
            made.seat(manager, room),
            row,
            made.plant(f"CANARY-{letter}-SUMMARY"),
            made.plant(f"CANARY-{letter}-SUMMARYTEXT"),
        )
        assert response
        made.values[room] |= {
            "stocktaking_id": row.public_id,
            "section_of_it": "sec1",
            "question_of_it": "que1",
            "summary_id": summary.public_id,
            "response_id": db.session.scalars(
                select(StocktakingResponse.public_id).where(StocktakingResponse.stocktaking_id == row.id)
            ).one(),
        }


def drafting(made: RoomsWorld) -> None:
    """A document that the expert (in room B the manager) writes, with a comment and a suggestion of the member's."""
    for room in ("a", "b"):
        letter, (manager, member) = room.upper(), _members(room)
        bench = drafts.begin(
            made.seat(manager, room),
            drafts.About(made.plant(f"CANARY-{letter}-DRAFT"), made.plant(f"CANARY-{letter}-DRAFTFOR"), "en"),
        )
        words = made.plant(f"CANARY-{letter}-CLAUSE")
        section = sections.add_section(
            bench, sections.Words(made.plant(f"CANARY-{letter}-HEADING"), words), None
        )
        theirs = SectionBench(Bench(made.seat(member, room), bench.draft, frozenset()), section)
        comment = comments.comment_on(theirs, made.plant(f"CANARY-{letter}-COMMENT"), Quote(""))
        suggestion = suggestions.suggest(
            theirs,
            sections.Words(section.heading, f"{words} {made.plant(f'CANARY-{letter}-SUGGESTED')}"),
            section.version,
        )
        editor = db.session.scalars(
            select(RoomMembership).where(
                RoomMembership.public_id
                == made.values[room]["expert_member" if room == "a" else "manager_member"]
            )
        ).one()
        drafts.choose_editor(Bench(made.seat(manager, room), bench.draft, frozenset()), editor)
        made.values[room] |= {
            "draft_id": bench.draft.public_id,
            "section_id": section.public_id,
            "comment_id": comment.public_id,
            "suggestion_id": suggestion.public_id,
            "editor_id": editor.public_id,
            "number": "1",
        }


PARTS = (discussion, calendar, questions, resources, stocktaking, drafting)
