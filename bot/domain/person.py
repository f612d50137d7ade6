"""Who somebody is: keyed by workspace and user id, never by a name or an address."""

from bot.domain.value import TeamId, UserId, Value


class Person(Value):
    """One human account in one workspace."""

    team: TeamId
    user: UserId


#: Who began what nobody asked for. No workspace gives such an id, so that nobody can be taken for it.
INTERLOCK = Person(team=TeamId(""), user=UserId("interlock"))


class Profile(Value):
    """What the workspace says of a person at the moment of asking."""

    person: Person
    #: The name for log lines and the record; never an identity.
    name: str = ""
    #: Lower-cased; a hint for matching commits to people, never a proof.
    email: str | None = None
    #: An app or a bot user.
    bot: bool = False
    #: A single- or multi-channel guest.
    guest: bool = False
    #: From another workspace, through a shared channel.
    stranger: bool = False
    #: Deactivated.
    deleted: bool = False
