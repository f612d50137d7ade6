from bot.domain.plan import Attribute, Change, Verb
from bot.render import blocks, changes
from tests.fakes.reports import change, plan


def test_the_most_dangerous_come_first() -> None:
    """Replacements, then deletions with deposed objects, then what nobody understands."""
    group = changes.dangerous(
        plan(
            Change(address="a.what", verb=Verb.UNKNOWN, actions=("twist", "shout")),
            change("a.gone", Verb.DELETE),
            change("a.gone", Verb.DELETE, deposed="deadbeef"),
            change("a.swap", Verb.REPLACE, reason="replace_because_tainted"),
            change("a.new", Verb.CREATE),
        )
    )
    assert tuple(group.entries) == (
        "-/+ a.swap  # replace because tainted",
        "- a.gone",
        "- a.gone (deposed deadbeef)",
        "? a.what  # unknown actions: twist, shout",
    )


def test_details_in_order() -> None:
    """Updates, creations, moves, imports, forgotten, read, outputs, drift."""
    told = plan(
        change("a.read", Verb.READ),
        change("a.lost", Verb.FORGET),
        change("a.new", Verb.CREATE, importing="i-1"),
        change("a.up", Verb.UPDATE, previous_address="a.old"),
        outputs=("url",),
        drift=(change("a.drift", Verb.UPDATE, attributes=(Attribute(path="n", before="1", after=None),)),),
    )
    assert [(group.name, tuple(group.entries)) for group in changes.details(told)] == [
        ("updated objects", ("~ a.up",)),
        ("created objects", ("+ a.new",)),
        ("moved objects", ("a.old -> a.up",)),
        ("imported objects", ("a.new  # id i-1",)),
        ("forgotten objects", (". a.lost",)),
        ("data sources", ("<= a.read",)),
        ("outputs", ("url",)),
        ("drifted objects", ("~ a.drift\n    n: 1 -> (none)",)),
    ]


def test_many_attributes_say_how_many_more() -> None:
    """An object with many changed attributes names the first twenty."""
    attributes = tuple(Attribute(path=f"p{index}", before=None, after="x") for index in range(25))
    (group,) = changes.details(plan(change("a.up", Verb.UPDATE, attributes=attributes)))
    lines = next(group.entries).splitlines()
    assert lines[-1] == "    … 5 more attributes"
    assert "    p0: (none) -> x" in lines


def test_packing_keeps_its_room_and_counts() -> None:
    """As many whole entries as fit, over as many sections as they need."""
    group = changes.Group("T", "things", 1000, (f"entry {index:04}" for index in range(1000)))
    packed, shown = changes.pack(group, 7_000)
    assert blocks.size(packed) <= 7_000
    assert len(packed) > 1
    text = "".join(block["text"]["text"] for block in packed)
    assert text.count("entry") == shown > 300
    assert text.startswith("*T* (1,000)\n```\nentry 0000")
    nothing = changes.pack(changes.Group("T", "things", 1, iter(["x"])), 10)
    assert nothing == ([], 0)
