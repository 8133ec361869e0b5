"""What happens to stocktakings by itself."""

from __future__ import annotations

from app.core.jobs import periodic
from app.irooms.actions.stocktaking.running import close_due


@periodic("irooms.stocktaking_close", "* * * * *")
def close_stocktakings() -> None:
    """Close what has reached its deadline."""
    close_due()
