from bot.render import help  # noqa: A004 -- the module of that name
from tests.fakes.limits import shown

COMMANDS = (
    help.CommandHelp(name="deploy", usage="/deploy ENV [REF]", sentence="Plans, asks and applies."),
    help.CommandHelp(name="status", usage="/interlock status [ENV]", sentence="Says what is going on."),
)


def test_everything() -> None:
    """Each command with its usage and its sentence."""
    message = help.message(COMMANDS)
    assert shown(message) == (
        "*What I understand*\n`/deploy ENV [REF]`\nPlans, asks and applies.\n"
        "`/interlock status [ENV]`\nSays what is going on."
    )
    assert message.text == "I know deploy, status."


def test_one() -> None:
    """A topic is found with and without its slash."""
    assert shown(help.message(COMMANDS, " /Deploy")) == "`/deploy ENV [REF]`\nPlans, asks and applies."


def test_an_unknown_topic() -> None:
    """A slip is put right."""
    assert "Did you mean `status`?" in shown(help.message(COMMANDS, "statsu"))
