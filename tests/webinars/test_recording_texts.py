"""Recordings' pure parts: where something is on the line, what is missing, chapters, captions as WebVTT."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.group_rules import GroupRules
from app.webinars.recording_policy import strictest
from app.webinars.recording_timeline import (
    Piece,
    chapters,
    clock_read,
    clock_text,
    lacks,
    line,
    missing,
    second_of,
    within,
)
from app.webinars.recording_webvtt import Cue, NotWebVTT, parse, shifted, write

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_a_moment_lies_on_the_line_behind_pauses_and_earlier_takes() -> None:
    runs = line([(30.0, [(at(0), at(20)), (at(60), at(70))]), (100.0, [(at(200), None)])])
    moments = {-5: 0.0, 0: 0.0, 10: 10.0, 40: 20.0, 65: 25.0, 100: 30.0, 210: 40.0, 999: 130.0}
    assert {one: second_of(runs, at(one)) for one in moments} == moments
    assert second_of(line([(5.0, [(at(0), at(5))])]), at(6)) is None


def test_gaps_are_where_pieces_are_missing() -> None:
    there = [Piece(0, 0, 4000), Piece(1, 4000, 4000), Piece(4, 16000, 4000)]
    assert missing(there, None) == [(8.0, 16.0)]
    assert missing(there, 6) == [(8.0, 16.0), (20.0, 24.0)]
    assert missing([Piece(1, 4000, 4000)], 2) == [(0.0, 4.0)]
    assert missing([], 3) == [(0.0, 0.0)]
    assert missing(there[:2], 2) == []
    assert (lacks([0, 1, 4], 6), lacks([0, 1], None), lacks([], 2)) == ([2, 3, 5], [], [0, 1])


def test_chapters_come_from_the_agenda_and_from_slides_that_were_shown_for_a_while() -> None:
    agenda = [(0.0, "Welcome"), (600.0, "Requests"), (9000.0, "Never reached")]
    slides = [(3.0, "Title"), (118.0, "What is asked"), (122.0, "Leafed over"), (130.0, "To whom"), (605.0, "Requests"),
              (700.0, "What is asked")]  # fmt: skip
    found = [(one["at"], one["title"]) for one in chapters(agenda, slides, 1000.0)]
    assert found == [(0.0, "Welcome"), (130.0, "To whom"), (600.0, "Requests"), (700.0, "What is asked")]
    assert chapters([], [], 10) == []


def test_an_edition_shows_chapters_and_captions_on_its_own_clock() -> None:
    kept = [{"at": 0, "title": "Before"}, {"at": 50, "title": "Going on"}, {"at": 90, "title": "Within"},
            {"at": 200, "title": "After"}]  # fmt: skip
    assert within(kept, 60, 100) == [{"at": 0.0, "title": "Going on"}, {"at": 30.0, "title": "Within"}]
    cues = [Cue(0, 5, "before"), Cue(58, 62, "over the cut"), Cue(158, 165, "to the end")]
    assert shifted(cues, 60, 100) == [Cue(0, 2, "over the cut"), Cue(98, 100, "to the end")]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("4:05", 245.0), ("1:04:05", 3845.0), ("75", 75.0), ("0:00", 0.0), ("4:65", None), ("-1", None), ("", None),
     ("1:2:3:4", None), ("٤:٠٥", None), ("1e9", None)],
)  # fmt: skip
def test_times_are_read_as_people_write_them(text: str, seconds: float | None) -> None:
    assert clock_read(text) == seconds
    if seconds is not None and ":" in text:
        assert clock_text(seconds) == text


VTT = """WEBVTT - of the session
Kind: captions

NOTE nobody reads this
--

STYLE
::cue { background: url(https://elsewhere.example) }

REGION
id:one

2
00:00:04.000 --> 00:00:06.500 line:0 position:20%
<v Amina><b>What is asked</b> &amp; of whom<script>alert(1)</script>

00:01.000 --> 00:03.000
Preserve first:\t\tnothing  else
"""


def test_captions_are_kept_as_plain_words_and_written_anew() -> None:
    cues = parse(b"\xef\xbb\xbf" + VTT.replace("\n", "\r\n").encode())
    assert cues == [
        Cue(1, 3, "Preserve first: nothing else"),
        Cue(4, 6.5, "What is asked & of whomalert(1)"),
    ]
    tricky = [*cues, Cue(7, 8, "a --> b <i>\nWEBVTT")]
    assert parse(write(tricky).encode())[:2] == cues
    assert "-->" not in write([Cue(7, 8, "a --> b")]).split("\n", 3)[3]


@pytest.mark.parametrize(
    ("body", "why", "number"),
    [
        (b"", "head", 1),
        (b"1\n00:00:01,000 --> 00:00:02,000\nSubRip\n", "head", 1),
        (b"WEBVTTX\n\n00:01.000 --> 00:02.000\nx\n", "head", 1),
        (b"WEBVTT\n\n00:01.000 --> later\nx\n", "time", 3),
        (b"WEBVTT\n\nname\n\nname\nwords without a time\n", "time", 6),
        (b"WEBVTT\n\n00:99.000 --> 01:02.000\nx\n", "time", 3),
        (b"WEBVTT\n\n00:05.000 --> 00:02.000\nx\n", "order", 3),
        (b"WEBVTT\n\nNOTE only this\n", "nothing", 0),
        (b"WEBVTT\n\n\xff\xfe\n", "text", 0),
        (b"WEBVTT\n\n" + b"00:01.000 --> 00:02.000\nx\n\n" * 80_000, "size", 0),
    ],
)
def test_what_is_no_webvtt_is_refused_with_its_line(body: bytes, why: str, number: int) -> None:
    with pytest.raises(NotWebVTT) as refused:
        parse(body)
    assert (refused.value.why, refused.value.line) == (why, number)


def test_the_strictest_rules_hold() -> None:
    rules = strictest([GroupRules("stamped", named=True), GroupRules("view", named=False)])
    assert rules == GroupRules("view", named=False)
    assert strictest([]) == GroupRules("allowed", named=True)
