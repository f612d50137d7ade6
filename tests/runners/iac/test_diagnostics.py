import pytest

from runners.iac import diagnostics


@pytest.mark.parametrize(
    ("output", "message"),
    [
        pytest.param(
            "Acquiring state lock.\n\nError: Error acquiring the state lock\n\nError message: busy\nLock Info:\n"
            "  ID:  1\n\n\nTerraform acquires a state lock.\n",
            "Error acquiring the state lock\nError message: busy\nLock Info:\n  ID:  1\nTerraform acquires a state lock.",
            id="a lock",
        ),
        pytest.param(
            "Warning: old\n\nx\n\nError: one\n\non main.tf\n\nError: two\n\nWarning: three\n",
            "one\non main.tf",
            id="the first of two",
        ),
        pytest.param("╷\n│ Error: boxed\n│ \n│ detail\n╵\n", "boxed\ndetail", id="in a box"),
        pytest.param("\x1b[31mError: \x1b[0mred\n", "red", id="coloured"),
        pytest.param(
            "Error: Terraform encountered problems during initialisation, including\n\nError: the fault\n",
            "the fault",
            id="after a preamble",
        ),
        pytest.param("a\nb\n\nc\nd\n", "b\nc\nd", id="no error is named"),
        pytest.param("", "Terraform ended with an error and said nothing.", id="silence"),
    ],
)
def test_the_first_error_is_found(output: str, message: str) -> None:
    """The short message is Terraform's own first error, without frames and colours."""
    assert diagnostics.first_error(output) == message


def test_a_long_message_is_shortened() -> None:
    """Neither many lines nor long ones get into the thread."""
    many = diagnostics.first_error("Error: x\n" + "line\n" * 100)
    assert len(many.splitlines()) == diagnostics.LINES + 1
    assert many.endswith("\n…")
    assert len(diagnostics.first_error("Error: " + "x" * 5000)) == diagnostics.CHARACTERS + 2


@pytest.mark.parametrize(
    ("diagnostic", "text"),
    [
        pytest.param({"summary": "Bad", "detail": "Very.\n"}, "Bad\nVery.", id="without a place"),
        pytest.param({}, "Error", id="without anything"),
        pytest.param(
            {
                "summary": "Bad",
                "range": {"filename": "main.tf", "start": {"line": 9}},
                "snippet": {"context": 'resource "a" "b"'},
            },
            'Bad\non main.tf line 9, in resource "a" "b"',
            id="with a place",
        ),
        pytest.param(
            {"summary": "Bad", "range": {"filename": "main.tf", "start": {"line": 9}}, "snippet": None},
            "Bad\non main.tf line 9",
            id="without a snippet",
        ),
        pytest.param({"summary": "Bad", "range": {"filename": "x"}}, "Bad", id="with half a place"),
    ],
)
def test_a_diagnostic_is_told_in_full(diagnostic: dict[str, object], text: str) -> None:
    """Summary, detail and place, each on its line, whatever is there of them."""
    assert diagnostics.told(diagnostic) == text
