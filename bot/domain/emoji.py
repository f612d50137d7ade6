"""Emoji names as Slack sends them, reduced to the name that an estate would write."""

#: Two names for one picture; Slack may send either.
_ALIASES = {"thumbsup": "+1", "thumbsdown": "-1"}


def canonical(name: str) -> str:
    """The emoji's one name: no colons, no skin tone, no alias. `heavy_check_mark` stays another picture."""
    bare = name.strip(":").partition("::")[0]
    return _ALIASES.get(bare, bare)
