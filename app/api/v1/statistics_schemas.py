"""Parameters and answer of the statistics."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from app.api.v1.schemas import Answer, Instant, Query

Code = Annotated[str, StringConstraints(max_length=200, pattern=r"^[A-Za-z0-9_,/:-]*$")]
Words = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
_SEVERAL = "Several are separated by commas."


class StatisticsQuery(Query):
    """Which figures, for which time, as known when, narrowed to whom and what; an empty one narrows nothing."""

    figure: Code = Field("", description=f"Ids of figures; default: all. {_SEVERAL}")
    start: Words = Field(
        "",
        alias="from",
        description="First day in UTC, included; of figures stated by a date it has no meaning.",
    )
    end: Words = Field("", alias="to", description="Last day in UTC, included. Default: the day of `as_of`.")
    as_of: Words = Field(
        "",
        description="What was recorded by then: a day (its end in UTC) or an instant with its offset. Default: now.",
    )
    country: Code = Field("", description=f"ISO 3166 code of people's countries. {_SEVERAL}")
    region: Code = Field("", description="A group of countries, as `set/group`.")
    country_basis: Literal["", "then", "now"] = Field(
        "", description="Countries at that time (default), or as last known."
    )
    language: Code = Field("", description=f"BCP 47 tag of the language taken. {_SEVERAL}")
    kind: Code = Field("", description=f"Kind of activity, such as `webinar`. {_SEVERAL}")
    channel: Code = Field("", description=f"`platform`, `other_online`, `hybrid` or `in_person`. {_SEVERAL}")
    topic: Words = Field("", description="Topic of activities.")
    activity: Words = Field("", description="Slug of an activity, or of the course or series above it.")
    partner: Words = Field("", description="Partner of activities.")
    project: Words = Field("", description="Project of activities.")
    donor: Words = Field("", description="Donor of activities.")
    tag: Words = Field("", description="Tag of activities, such as `sdg:16`.")
    profession: Code = Field("", description=f"Code, such as `prosecutor`. {_SEVERAL}")
    gender: Code = Field("", description=f"`female`, `male` or `other`. {_SEVERAL}")
    age_group: Code = Field("", description=f"`under_30` or `30_and_over`. {_SEVERAL}")
    newness: Literal["", "new", "returning"] = Field(
        "", description="People whose first such activity lies in the period, or the others."
    )
    corrections: Literal["", "later"] = Field(
        "", description="`later`: facts recorded by `as_of`, as corrected since."
    )


class FigureEntry(Answer):
    """A figure."""

    value: int | float | None = Field(
        description="Null where the filters have no meaning for it, or where a small number of people is not shown."
    )
    name: str = Field(description="In the language of `lang`.")
    definition: str = Field(description="What is counted.")
    unit: str = Field(description="What it is a number of: `people` are distinct, `participations` are not.")
    population: str = Field(description="Whom or what it looks at.")
    exclusions: str = Field(description="What is left out.")
    version: int = Field(description="Of the definition.")
    by_day: bool = Field(description="True: it is stated by the last day; `from` has no meaning.")


class Statistics(Answer):
    """Figures by id, and the question that they answer."""

    model_config = ConfigDict(serialize_by_alias=True)

    figures: dict[str, FigureEntry]
    as_of: Instant = Field(
        description="The instant of which it is the truth; never later than the safe present."
    )
    start: date | None = Field(serialization_alias="from")
    end: date = Field(serialization_alias="to")
    public: bool = Field(description="True: only what the public page shows.")
