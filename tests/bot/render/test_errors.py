from bot.domain.run import StepName
from bot.render import errors
from tests.fakes.limits import breaches, shown
from tests.fakes.reports import run


def test_a_short_error_stands_in_full() -> None:
    """The tool's own words, and its output as a file."""
    message = errors.message(run(), StepName.PLAN, "Error: no <block>\n  on main.tf", "log\u202e line\n" * 3)
    assert shown(message) == (
        "✖ *Error in plan of run 42*\n```\nError: no &lt;block&gt;\n  on main.tf\n```\n"
        "The complete output is `error-42-plan.txt`."
    )
    (file,) = message.attachments
    assert (file.name, file.content) == ("error-42-plan.txt", "log line\nlog line\nlog line")
    assert message.text == "prod: error in plan of run 42. Error: no &lt;block&gt; on main.tf"


def test_without_output_there_is_no_file() -> None:
    """No promise of a file that is not there."""
    message = errors.message(run(), StepName.VERIFY, "boom")
    assert message.attachments == ()
    assert shown(message) == "✖ *Error in verify of run 42*\n```\nboom\n```"


def test_a_long_error_is_whole_in_its_file() -> None:
    """What is cut in the message is complete in the file."""
    message = errors.message(run(), StepName.APPLY, "x<" * 4000)
    assert breaches(message) == []
    assert "…" in shown(message)
    assert message.attachments[0].content == "x<" * 4000
