"""The statements that find: what somebody may see comes first, then what was asked for, then what is nearest.

The index is read through ``search_met`` and ``search_titled`` only (see the migration): they give what carries a scope
that is held, before anything is counted, weighed or ranked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from app.core.database import db
from app.search.cursors import Cursor
from app.search.questions import Question

RANKED = 300
"""So many parts at most are ranked; of more, those whose title answers, then the first parts of the newest."""

READ = 3_000
"""So many parts at most are read to see whether words follow each other: the newest of those that hold them all."""

_HOLDS_ALL = """
    SELECT document_id, number, thing, kind, 1.0::float8 AS covered
    FROM search_met(CAST(:strict AS tsquery), :scopes)
    WHERE :language = '' OR language = :language
"""
_READ = """
read AS MATERIALIZED (
    SELECT document_id, number, thing, kind, tsv
    FROM search_met(CAST(:rough AS tsquery), :scopes)
    WHERE :language = '' OR language = :language
    ORDER BY document_id DESC LIMIT :read
),
"""
_FOLLOWS = """
    SELECT document_id, number, thing, kind, 1.0::float8 AS covered
    FROM read
    WHERE tsv @@ CAST(:strict AS tsquery)
"""
_HOLDS_MOST = """
    SELECT document_id, number, thing, any_value(kind) AS kind,
        sum(weight) / (SELECT sum(weight) FROM weighed) AS covered
    FROM met JOIN weighed USING (term)
    GROUP BY document_id, number, thing
    HAVING sum(weight) >= :enough * (SELECT sum(weight) FROM weighed)
"""
_WEIGHED = """
met AS MATERIALIZED (
    SELECT found.document_id, found.number, found.thing, found.kind, asked.term
    FROM unnest(CAST(:loose AS tsquery[])) WITH ORDINALITY AS asked (query, term)
    CROSS JOIN LATERAL search_met(asked.query, :scopes) AS found
    WHERE :language = '' OR found.language = :language
), weighed AS MATERIALIZED (  -- rare words say more than common ones, among what may be seen
    SELECT term, ln(1 + (SELECT sum(parts) FROM search_document WHERE scope = ANY(:scopes)) / count(*)::float8)
        AS weight
    FROM met GROUP BY term
),
"""
_FIND = """
WITH {before} hit AS MATERIALIZED ({hits}
), counted AS (
    SELECT jsonb_object_agg(kind, things) AS kinds, {cut} AS cut FROM (
        SELECT kind, count(*) AS things FROM (SELECT any_value(kind) AS kind FROM hit GROUP BY thing) AS each
        GROUP BY kind
    ) AS kinds
), titled AS MATERIALIZED (
    SELECT id FROM search_titled(CAST(:any AS tsquery), :scopes) AS id
), near AS MATERIALIZED (
    SELECT document_id, number, covered
    FROM hit
    WHERE CAST(:kinds AS text[]) IS NULL OR kind = ANY(:kinds)
    ORDER BY covered DESC, document_id IN (SELECT id FROM titled) DESC, number, document_id DESC
    LIMIT :ranked
), ranked AS (
    SELECT d.thing, p.document_id, p.number, round(1000 * (
        10 * near.covered
        + 3 * titles.share * (0.5 + 0.5 * least(1, titles.asked * 2.0 / greatest(1, length(d.tsv))))
        + 4 * ts_rank_cd('{{0.25, 0.25, 0.6, 1}}', p.tsv, CAST(:strict AS tsquery), 33)
        {often}
        + 0.25 * exp(-extract(epoch FROM greatest(interval '0', :moment - d.updated_at)) / 31557600.0)
        + 0.5 * (p.language = :reader)::int
    ))::bigint AS score
    FROM near  -- both one by one: the planner would read all of a table for some hundred rows of it
    CROSS JOIN LATERAL (SELECT * FROM search_document WHERE id = near.document_id OFFSET 0) AS d
    CROSS JOIN LATERAL (
        SELECT * FROM search_part WHERE document_id = near.document_id AND number = near.number OFFSET 0
    ) AS p
    CROSS JOIN LATERAL (
        SELECT avg((d.tsv @@ query)::int)::float8 AS share, count(*) AS asked
        FROM unnest(CAST(:terms AS tsquery[])) AS query
    ) AS titles
), best AS (
    SELECT DISTINCT ON (thing) thing, document_id, number, score
    FROM ranked ORDER BY thing, score DESC, document_id, number
), page AS (
    SELECT * FROM best
    WHERE CAST(:score AS bigint) IS NULL OR (score, thing) < (CAST(:score AS bigint), CAST(:thing AS bigint))
    ORDER BY score DESC, thing DESC LIMIT :limit
)
SELECT counted.kinds, counted.cut, page.score, page.thing,
       d.kind, d.key, d.language, d.title, d.url, d.facets, d.updated_at,
       p.anchor, p.heading, p.page, p.text
FROM counted
LEFT JOIN page ON true
LEFT JOIN search_document AS d ON d.id = page.document_id
LEFT JOIN search_part AS p ON p.document_id = page.document_id AND p.number = page.number
ORDER BY page.score DESC, page.thing DESC
"""
_OFTEN = "+ 2 * ts_rank('{0.25, 0.25, 0.6, 1}', p.tsv, CAST(:any AS tsquery), 33)"
_EVERYTHING = text(_FIND.format(before="", hits=_HOLDS_ALL, often="", cut="false"))
_PHRASES = text(
    _FIND.format(before=_READ, hits=_FOLLOWS, often="", cut="(SELECT count(*) FROM read) >= :read")
)
_MOST = text(_FIND.format(before=_WEIGHED, hits=_HOLDS_MOST, often=_OFTEN, cut="false"))
ENOUGH = 0.34
"""The share of what the words asked for weigh that a part must hold to be found, where not all need be met."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a search is narrowed to: ``scopes`` that are held, kinds (None: all), a language without country (or empty).

    ``reader`` is the language preferred, ``moment`` what freshness is reckoned from, ``after`` the last hit seen.
    """

    scopes: Sequence[str]
    kinds: Sequence[str] | None
    language: str
    reader: str
    after: Cursor | None
    moment: datetime
    limit: int


def find(question: Question, narrowed: Narrowed, *, everything: bool) -> Sequence[Row[Any]]:
    """Return a page of hits, and one more if there is: of what holds everything asked for, or the most telling part.

    Each row has the counts by kind; where there is no hit, one row has nothing else.
    """
    after = narrowed.after
    terms = [term.query for term in (*question.loose_terms, *question.phrases)]
    values = {
        "strict": question.strict,
        "any": " | ".join(f"({one})" for one in terms),
        "terms": terms,
        "scopes": list(narrowed.scopes),
        "kinds": None if narrowed.kinds is None else list(narrowed.kinds),
        "language": narrowed.language,
        "reader": narrowed.reader,
        "moment": after.moment if after else narrowed.moment,
        "score": after.score if after else None,
        "thing": after.thing if after else None,
        "limit": narrowed.limit + 1,
        "ranked": RANKED,
    }
    if everything and question.rough == question.strict:
        return db.session.execute(_EVERYTHING, values).all()
    if everything:
        return db.session.execute(_PHRASES, values | {"rough": question.rough, "read": READ}).all()
    loose = {"loose": list(question.loose) or [question.strict], "enough": ENOUGH}
    return db.session.execute(_MOST, values | loose).all()
