from bot.domain.estate import EstateFile
from bot.estate import Kinds
from bot.estate.plugged import plug, settle
from bot.estate.reading import parse


def test_each_entry_becomes_its_plugins_settings(good: str, kinds: Kinds) -> None:
    """Every entry that names a plugin is made into its model, also where the tool goes without saying."""
    data = parse(good.encode()).data
    made, wrong = plug(data, kinds)
    assert wrong == ()
    assert set(made) == {
        ("environments", "dev", "iac"),
        ("environments", "dev", "verify", 0),
        ("environments", "dev", "bake", "watch", 0),
        ("environments", "prod", "iac"),
    }
    settled = settle(EstateFile.model_validate(data), made)
    assert settled.environments["dev"].verify == (made["environments", "dev", "verify", 0],)


def test_shapes_that_are_wrong_are_left_to_others(kinds: Kinds) -> None:
    """Nothing is made of what is no entry, and nothing is said about it here."""
    data = {"environments": {"a": 5, "b": {"iac": {"kind": 5}, "verify": {}, "bake": {"watch": [None]}}}}
    made, wrong = plug(data, kinds)
    assert (set(made), wrong) == ({("environments", "a", "iac")}, ())
