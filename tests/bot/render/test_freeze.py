"""What is frozen, and the news of it: whatever the words are, never markup, and within every limit."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.value import EnvironmentName
from bot.domain.window import Freeze, named
from bot.render import freeze as words
from tests.fakes.limits import breaches, shown, tokens
from tests.fakes.reports import ANA, BEN, NOON

HOUR = timedelta(hours=1)
PROD = EnvironmentName("prod")
YEAR_END = Freeze(name="Year end", from_=NOON, to=NOON + HOUR, environments=(PROD,), source="slack", by=ANA)


def test_the_news() -> None:
    """What, where, from when to when, and who."""
    message = words.added(YEAR_END)
    assert shown(message).splitlines()[0] == (
        "🧊 *“Year end”* freezes prod, <!date^1795262400^{date_short_pretty} {time}|2026-11-21 12:00 UTC> to "
        "<!date^1795266000^{date_short_pretty} {time}|2026-11-21 13:00 UTC>  ·  added by <@U0ANA>"
    )
    assert message.text == "Prod is frozen: Year end."
    gone = words.lifted(YEAR_END.model_copy(update={"environments": ()}), BEN)
    assert shown(gone).startswith(
        "🌤️ *“Year end”* was lifted by <@U0BEN>: every environment thawed before <!date"
    )
    assert gone.text == "Every environment is not frozen any more: Year end."


def test_the_list() -> None:
    """Each with where it comes from; what cannot be read is not left out."""
    ahead = YEAR_END.model_copy(update={"from_": NOON + HOUR, "to": NOON + 2 * HOUR, "source": "estate"})
    hung = YEAR_END.model_copy(update={"source": "calendar", "calendar": "ops", "by": None})
    message = words.listing((YEAR_END, hung, ahead), ("The calendar “x” cannot be read: away.",), NOON)
    assert message.text == "2 freezes are on, 1 to come."
    lines = shown(message).splitlines()
    assert [line.split("  ·  ")[0] for line in lines[:3]] == [
        "🧊 *on* *“Year end”*", "🧊 *on* *“Year end”*", "🗓️ *“Year end”*",
    ]  # fmt: skip
    assert [line.split("  ·  ")[3] for line in lines[:3]] == ["<@U0ANA>", "calendar ops", "estate"]
    assert lines[3] == "⚠️ The calendar “x” cannot be read: away. Until it can, nothing runs."


def test_nothing_is_frozen() -> None:
    """An empty list says so."""
    message = words.listing((), (), NOON)
    assert (message.text, shown(message)) == (
        "0 freezes are on, 0 to come.",
        "Nothing is frozen, and no freeze is to come.",
    )


_WORDS = st.sampled_from(["<!channel>", "<@U0EVE>", "`*_~", "&" * 400, "<!date^0^{x}|y>", ":x:"]) | st.text()


@given(name=_WORDS, calendar=_WORDS, places=st.lists(_WORDS, max_size=12), count=st.integers(1, 40))
def test_freezes_of_any_name(name: str, calendar: str, places: list[str], count: int) -> None:
    """Whatever a calendar or a person calls it."""
    freeze = Freeze(
        name=named(name),
        from_=NOON,
        to=NOON + HOUR,
        environments=tuple(map(EnvironmentName, places)),
        source="calendar",
        calendar=calendar,
        by=ANA,
    )
    for message in (
        words.added(freeze),
        words.lifted(freeze, BEN),
        words.listing((freeze,) * count, (name, calendar), NOON),
    ):
        assert breaches(message) == []
        assert all(token.startswith(("@U0ANA", "@U0BEN", "!date^1")) for token in tokens(message))
