import json

from bot.estate import Kinds, schema


def test_the_schema_names_the_plugins(kinds: Kinds) -> None:
    """Each family is a choice among its plugins, each with its own fields and no others."""
    made = schema(kinds)
    for family, word in (
        ("CheckSettings", "kind"),
        ("WatchSettings", "source"),
        ("SwitcherSettings", "kind"),
        ("IacSettings", "kind"),
    ):
        choice = made["$defs"][family]["oneOf"][0]
        plugin = made["$defs"][choice["$ref"].rpartition("/")[2]]
        assert plugin["additionalProperties"] is False
        assert plugin["properties"][word] == {"const": "terraform" if family == "IacSettings" else "http"}


def test_every_reference_leads_somewhere(kinds: Kinds) -> None:
    """No reference points at a definition that is not there, and all of it is JSON."""
    made = schema(kinds)
    text = json.dumps(made)
    names = {part.partition('"')[0] for part in text.split('"#/$defs/')[1:]}
    assert names
    assert names <= set(made["$defs"])


def test_services_are_described(kinds: Kinds) -> None:
    """What can be switched, and how, is part of the schema: the whole way from an environment to its switcher."""
    made = schema(kinds)["$defs"]
    environment, service, switch = (
        made[name]["properties"] for name in ("Environment", "Service", "SwitchSettings")
    )
    assert environment["services"]["items"] == {"$ref": "#/$defs/Service"}
    assert environment["switch"]["$ref"] == "#/$defs/SwitchSettings"
    assert service["traffic"] == {"$ref": "#/$defs/SwitcherSettings"}
    assert made["Exposure"]["enum"] == ["none", "internal", "public"]
    assert switch["steps"]["items"] == {"type": "integer", "minimum": 1, "maximum": 100}
    assert (switch["keep_old"]["default"], switch["look"]["default"]) == ("86400s", "300s")


def test_durations_are_written_as_people_write_them(kinds: Kinds) -> None:
    """A default in the schema can be written into the file as it stands there."""
    approvals = schema(kinds)["$defs"]["Approvals"]["properties"]
    assert (approvals["expire"]["default"], approvals["remind"]["default"]) == ("3600s", "900s")
