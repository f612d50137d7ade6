from bot.render import confirm
from tests.fakes.reports import USUAL, run


def test_what_is_approved_and_what_is_lost() -> None:
    """Whoever writes the name reads before it what they approve, and what cannot come back."""
    losses = ("aws_db_instance.main <!channel> goes", *("x",) * 20)
    form = confirm.dialog(run(), USUAL.counts, losses, "carried")
    assert (form.title, form.submit, form.carried) == ("Approve for prod", "Approve", "carried")
    what, lost, field = form.blocks
    assert "*prod* ← `main@4f2c9e1`" in what["text"]["text"]
    assert "*high-risk*" in what["text"]["text"]
    assert "aws_db_instance.main &lt;!channel&gt; goes" in lost["text"]["text"]
    assert "and 6 more" in lost["text"]["text"]
    assert field["block_id"] == confirm.FIELD
    assert field["element"]["action_id"] == confirm.WORD
    assert field["label"]["text"] == "Write prod to approve"


def test_nothing_is_lost() -> None:
    """Then nothing is said of a loss; a long name finds room in the title."""
    form = confirm.dialog(run(environment="x" * 63, change_class=None), USUAL.counts, (), "")
    assert len(form.blocks) == 2
    assert len(form.title) == 24


def test_a_wrong_word() -> None:
    """The field says what would be right."""
    assert confirm.wrong("prod") == "Write exactly: prod"
