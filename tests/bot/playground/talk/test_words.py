import pytest

from bot.playground.talk import words
from bot.playground.talk.words import NotUnderstood


@pytest.mark.parametrize(
    ("line", "step"),
    [
        pytest.param("as ben", words.As(name="ben"), id="as"),
        pytest.param("in #deploys", words.In(channel="deploys"), id="in"),
        pytest.param(
            "/deploy staging  main", words.Command(name="/deploy", text="staging  main"), id="command"
        ),
        pytest.param("react :x:", words.React(emoji=":x:", number=None, added=True), id="react"),
        pytest.param("unreact :x: 12", words.React(emoji=":x:", number=12, added=False), id="unreact"),
        pytest.param("click Roll back", words.Click(label="Roll back", number=None), id="click"),
        pytest.param("click [Approve] 3", words.Click(label="Approve", number=3), id="click numbered"),
        pytest.param("thread 3", words.Thread(number=3), id="thread"),
        pytest.param("open 3", words.Open(number=3), id="open"),
        pytest.param("submit prod", words.Submit(text="prod"), id="submit"),
        pytest.param("who", words.Plain(word="who"), id="who"),
        pytest.param("@interlock status", words.Say(text="@interlock status"), id="mention"),
        pytest.param("say in a minute", words.Say(text="in a minute"), id="say"),
        pytest.param("  ", None, id="nothing"),
        pytest.param("# a thought", None, id="comment"),
    ],
)
def test_both_understand(line: str, step: words.Step | None) -> None:
    """A line means the same at the prompt and in a script."""
    assert words.parse(line) == words.parse_script(line) == step


@pytest.mark.parametrize(
    ("line", "step"),
    [
        pytest.param("wait for a b", words.Wait(text="a b", within=60), id="wait"),
        pytest.param("wait for done within 2.5s", words.Wait(text="done", within=2.5), id="wait within"),
        pytest.param(
            "wait for found within 3 rows", words.Wait(text="found within 3 rows", within=60), id="no time"
        ),
        pytest.param("sleep 2s", words.Sleep(seconds=2), id="sleep"),
    ],
)
def test_only_scripts_wait(line: str, step: words.Step) -> None:
    """At the prompt these are messages like any other."""
    assert words.parse_script(line) == step
    assert words.parse(line) == words.Say(text=line)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        pytest.param(
            "thread x", "`thread` is used like this: thread N (to say these words: say thread x)", id="number"
        ),
        pytest.param("react", "`react` is used like this: react EMOJI [N]", id="missing"),
        pytest.param(
            "in a minute",
            "`in` is used like this: in CHANNEL (to say these words: say in a minute)",
            id="text",
        ),
        pytest.param("click", "`click` is used like this: click BUTTON [N]", id="no button"),
    ],
)
def test_used_wrongly(line: str, sentence: str) -> None:
    """One sentence says how the word is used."""
    with pytest.raises(NotUnderstood) as raised:
        words.parse(line)
    assert str(raised.value) == sentence


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        pytest.param("clik Approve", "`clik` is not a word of scripts; did you mean `click`?", id="near"),
        pytest.param(
            "Hello", "`Hello` is not a word of scripts; a message is written as: say TEXT", id="far"
        ),
        pytest.param("wait Done", "`wait` is used like this: wait for TEXT [within 60s]", id="wait"),
    ],
)
def test_scripts_are_strict(line: str, sentence: str) -> None:
    """A slip in a script must not become a message."""
    with pytest.raises(NotUnderstood) as raised:
        words.parse_script(line)
    assert str(raised.value) == sentence


def test_fields() -> None:
    """Pairs, with quotes where a value has spaces."""
    assert words.fields("name=prod why='all of it'") == {"name": "prod", "why": "all of it"}
    with pytest.raises(NotUnderstood):
        words.fields("name='prod")
