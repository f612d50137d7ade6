"""What is in an iCalendar file, and what is done about those that nobody should have to read."""

from datetime import UTC, datetime

import pytest

from runners.calendars.events import MOST, UnreadableError, unfold

SINCE, UNTIL = datetime(2026, 11, 20, tzinfo=UTC), datetime(2028, 11, 20, tzinfo=UTC)


def calendar(*events: str) -> bytes:
    """A calendar of events, each given as its lines; where none is named, they have a summary and a UID."""
    told = "".join(
        f"BEGIN:VEVENT\nUID:{number}\nSUMMARY:{number}\n{event}\nEND:VEVENT\n"
        for number, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{told}END:VCALENDAR\n".replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param("DTSTART:20261201T180000Z\nDTEND:20261201T200000Z", [("2026-12-01T18:00:00+00:00", "2026-12-01T20:00:00+00:00")], id="UTC"),
        pytest.param("DTSTART;TZID=Europe/Berlin:20261201T180000\nDURATION:PT2H", [("2026-12-01T18:00:00+01:00", "2026-12-01T20:00:00+01:00")], id="a zone and a duration"),
        pytest.param("DTSTART;TZID=W. Europe Standard Time:20261201T180000\nDURATION:PT2H", [("2026-12-01T18:00:00+01:00", "2026-12-01T20:00:00+01:00")], id="a zone as Outlook calls it"),
        pytest.param("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227", [("2026-12-24", "2026-12-27")], id="whole days"),
        pytest.param("DTSTART;VALUE=DATE:20261224", [("2026-12-24", "2026-12-25")], id="one whole day"),
        pytest.param("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261224", [("2026-12-24", "2026-12-25")], id="one whole day that ends with itself"),
        pytest.param("DTSTART:20261224T100000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD;TZID=Europe/Berlin:20261226T100000/PT2H", [("2026-12-24T10:00:00+00:00", "2026-12-24T11:00:00+00:00"), ("2026-12-26T10:00:00+01:00", "2026-12-26T12:00:00+01:00")], id="once more, for longer"),
        pytest.param("DTSTART:20261224T100000\nDTEND:20261224T110000", [("2026-12-24T10:00:00", "2026-12-24T11:00:00")], id="no zone"),
        pytest.param(
            "DTSTART:20261204T180000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE:20261211T180000Z",
            [("2026-12-04T18:00:00+00:00", "2026-12-04T19:00:00+00:00"), ("2026-12-18T18:00:00+00:00", "2026-12-18T19:00:00+00:00")],
            id="every week but one",
        ),
        pytest.param("DTSTART:20261201T180000Z\nDURATION:PT1H\nSTATUS:CANCELLED", [], id="cancelled"),
        pytest.param("DTSTART:20251201T180000Z\nDTEND:20251201T200000Z", [], id="long ago"),
        pytest.param("DTSTART:20251201T180000Z\nDTEND:20261201T000000Z", [("2025-12-01T18:00:00+00:00", "2026-12-01T00:00:00+00:00")], id="began long ago"),
    ],
)  # fmt: skip
def test_when_events_are_on(event: str, expected: list[tuple[str, str]]) -> None:
    """Every time in the span, once, as it is written."""
    assert unfold(calendar(event), SINCE, UNTIL) == [("0", *times) for times in expected]


@pytest.mark.parametrize(
    ("uid", "sequence", "expected"),
    [
        pytest.param("UID:0", "", ["0", "1"], id="copied with its UID"),
        pytest.param("", "", ["0", "1"], id="without any"),
        pytest.param("UID:0", "SEQUENCE:1", ["1"], id="a later version"),
    ],
)
def test_two_events_of_one_name(uid: str, sequence: str, expected: list[str]) -> None:
    """Whoever writes a calendar by hand loses no freeze of it; what was put off is on only once."""
    begin, end = "DTSTART:20261204T180000Z\nDURATION:PT1H", "DTSTART:20261211T180000Z\nDURATION:PT1H"
    content = calendar(begin, f"{end}\n{sequence}".strip()).replace(b"UID:1", uid.encode())
    content = content.replace(b"UID:0", uid.encode()).replace(b"\r\n\r\n", b"\r\n")
    assert [name for name, _, _ in unfold(content, SINCE, UNTIL)] == expected


def test_one_of_a_series_is_moved_and_one_cancelled() -> None:
    """The newest word on each of them counts."""
    series = "DTSTART:20261204T180000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3"
    moved = "UID:0\nRECURRENCE-ID:20261211T180000Z\nDTSTART:20261212T180000Z\nDURATION:PT1H"
    off = "UID:0\nRECURRENCE-ID:20261218T180000Z\nDTSTART:20261218T180000Z\nDURATION:PT1H\nSTATUS:CANCELLED"
    content = calendar(series, moved, off).replace(b"UID:1\r\n", b"").replace(b"UID:2\r\n", b"")
    begins = [begin for _, begin, _ in unfold(content, SINCE, UNTIL)]
    assert begins == ["2026-12-04T18:00:00+00:00", "2026-12-12T18:00:00+00:00"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(calendar("DTSTART:20261301T000000Z"), "an event's DTSTART cannot be read", id="no such month"),
        pytest.param(calendar("DESCRIPTION:x"), "an event's DTSTART cannot be read", id="no beginning"),
        pytest.param(calendar("DTSTART:20261201T000000Z\nRRULE:FREQ=SOMETIMES"), "an event's RRULE cannot be read", id="no rule"),
        pytest.param(calendar("DTSTART;TZID=Mars/Olympus:20261201T000000"), "an event's DTSTART cannot be read", id="no such zone"),
        pytest.param(calendar("DTSTART:20261201T000000Z\nRDATE;TZID=Mars/Olympus:20261202T000000"), "an event's RDATE cannot be read", id="once more in no such zone"),
        pytest.param(calendar("DTSTART:20261201T000000Z\nRDATE:20261202T000000Z\nRDATE;VALUE=PERIOD;TZID=Mars/Olympus:20261203T000000/PT1H"), "an event's RDATE cannot be read", id="a period in no such zone"),
        pytest.param(calendar("DTSTART:20261201T000000Z\nRRULE:FREQ=DAILY\nEXDATE;TZID=Mars/Olympus:20261202T000000"), "an event's EXDATE cannot be read", id="not in no such zone"),
        pytest.param(calendar("DTSTART:20261201T000000Z\nRECURRENCE-ID;TZID=Mars/Olympus:20261202T000000"), "an event's RECURRENCE-ID cannot be read", id="moved in no such zone"),
        pytest.param(calendar("DTSTART:20261201T000000Z\nDURATION:-PT1H"), "ends before it begins", id="a length below nothing"),
        pytest.param(calendar("DTSTART:20261101T000000Z\nDURATION:PT1M\nRRULE:FREQ=MINUTELY"), f"more than {MOST} events", id="every minute"),
        pytest.param(calendar("DTSTART:20261202T000000Z\nDTEND:20261201T000000Z"), "ends before it begins", id="turned about"),
        pytest.param(b"", "there is no calendar in it", id="empty"),
        pytest.param(calendar("DTSTART:20261201T000000Z")[:80], "there is no calendar in it", id="truncated in an event"),
        pytest.param(calendar("DTSTART:20261201T000000Z")[:-4], "a part of it is missing", id="truncated at the end"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(content: bytes, sentence: str) -> None:
    """Nothing is guessed of an event that cannot be read: the whole calendar is refused."""
    with pytest.raises(UnreadableError, match=sentence):
        unfold(content, SINCE, UNTIL)


def test_what_does_not_matter_may_be_broken() -> None:
    """A broken guest list says nothing about when an event is on."""
    event = 'DTSTART:20261201T000000Z\nDURATION:PT1H\nATTENDEE;X=":broken\nGEO:x'
    assert len(unfold(calendar(event), SINCE, UNTIL)) == 1
