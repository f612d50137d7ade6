"""The workspace that the demonstration begins with."""

from bot.playground.things import Channel, Member, Seed, UserGroup

_HOME = "T0HOME"
_BOT = "U0INTERLOCK"
_PEOPLE = ("ana", "ben", "cleo", "dana")


def _id(name: str) -> str:
    return f"U0{name.upper()}"


def demo_seed() -> Seed:
    """Four colleagues, a guest and a stranger, with three channels of their own, one with others, and two groups."""
    people = tuple(Member(id=_id(name), name=name, email=f"{name}@example.com") for name in _PEOPLE)
    guest = Member(id="U0GUS", name="gus", email="gus@example.com", guest=True)
    stranger = Member(id="U0SAM", name="sam", email="sam@example.net", team="T0OTHER")
    bot = Member(id=_BOT, name="interlock", bot=True)
    everybody = (*(person.id for person in people), guest.id)
    return Seed(
        team=_HOME,
        domain="playground",
        app="A0INTERLOCK",
        bot=_BOT,
        bot_id="B0INTERLOCK",
        members=(*people, guest, stranger, bot),
        channels=(
            Channel(id="C0DEPLOYS", name="deploys", members=(*everybody, _BOT)),
            Channel(id="C0INCIDENTS", name="incidents", members=(*everybody, _BOT)),
            Channel(id="C0RANDOM", name="random", members=everybody),
            Channel(id="C0PARTNERS", name="partners", members=(*everybody, stranger.id, _BOT), shared=True),
        ),
        groups=(
            UserGroup(id="S0PLATFORM", handle="platform", members=(_id("ana"), _id("ben"), _id("cleo"))),
            UserGroup(id="S0ONCALL", handle="oncall", members=(_id("cleo"), _id("dana"))),
        ),
    )
