from bot.domain.message import Attachment, Picture
from bot.render import blocks, plain


def test_the_same_in_text_alone() -> None:
    """Blocks become lines, buttons go, files stay."""
    file = Attachment(name="a.txt", title="A", content="x")
    laid_out = blocks.compose(
        "spoken",
        [
            blocks.section("*one*"),
            blocks.context("two"),
            blocks.actions("b", blocks.button("Approve", "approve", "42")),
        ],
        attachments=(file,),
    )
    bare = plain.message(laid_out)
    assert bare.text == "spoken\n*one*\ntwo\n(Slack refused the layout of this message.)"
    assert bare.blocks == ()
    assert bare.attachments == (file,)


def test_too_long_for_text() -> None:
    """What does not fit is left to the spoken form, which is whole."""
    laid_out = blocks.compose("spoken", [blocks.section("x" * 2900)] * 3)
    assert plain.message(laid_out).text == "spoken\n(Slack refused the layout of this message.)"


def test_excerpt() -> None:
    """A file that could not be uploaded is shown from its beginning."""
    message = plain.excerpt(Attachment(name="a.diff", title="A", content="+ ``` one\n" * 1000))
    assert message.text.startswith("Slack did not take the file `a.diff`. It begins:\n```\n+ ")
    assert message.text.count("```") == 2
    assert len(message.text) < 3_000


def test_a_picture_in_words() -> None:
    """A picture that could not be uploaded is told instead."""
    message = plain.excerpt(Picture(name="a.png", title="A", content="green ended at 3%", png=b"\x89PNG"))
    assert message.text == "Slack did not take the picture `a.png`. It shows:\n```\ngreen ended at 3%\n```"
