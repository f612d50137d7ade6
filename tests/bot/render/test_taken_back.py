from bot.render import taken_back
from tests.fakes.limits import shown
from tests.fakes.reports import BEN, report, vote


def test_whose_vote_it_was() -> None:
    """They are called, for it is theirs to set it again; what is heard calls nobody."""
    message = taken_back.message(report(), vote(BEN, via="white_check_mark"))
    said = shown(message)
    assert said.startswith("✋ The :white_check_mark: of <@U0BEN> is not on the plan any more")
    assert "That vote counts no more." in said
    assert message.text == (
        "Run 42: an emoji is not on the plan any more, and nobody heard it go. That vote counts no more."
    )
