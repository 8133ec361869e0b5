"""The programme over the years: what is held by the schedule, modules, recordings, and what was put right later."""

from __future__ import annotations

import random
from uuid import UUID

from demo.activities import Telling
from demo.ahead import Ahead, Shelf
from demo.amending import Amending
from demo.certificates import Award
from demo.deliveries import Deliveries
from demo.facts import Register
from demo.modules import Modules
from demo.people import Population
from demo.sessions import Sessions
from demo.viewing import Viewing
from demo.world import World

PARTS: tuple[type[Telling], ...] = (Deliveries, Sessions, Modules, Viewing, Amending, Shelf, Ahead)


class Programme:
    """Writes the programme into the register; ``awards`` are certificates earned, ``keys`` activities by slug."""

    def __init__(
        self, world: World, population: Population, register: Register, chance: random.Random
    ) -> None:
        self.awards: list[Award] = []
        self.keys: dict[str, UUID] = {}
        self.parts = [part(world, population, register, chance, self.awards, self.keys) for part in PARTS]

    def write(self) -> None:
        """Write every activity with who took part."""
        for part in self.parts:
            part.write()
