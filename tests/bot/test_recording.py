"""Recorded samples are read whole, or refused in one sentence that names the place."""

import contextlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import recording
from bot.domain.report import Side
from bot.recording import UnusableError

ONE = '{"at":"2026-11-20T12:00:00Z","candidate":{"requests":10,"errors":1},"baseline":{"requests":30,"errors":2}}'
TWO = ONE.replace("12:00", "12:01")


def written(*samples: str, interval: str = "60", more: str = "") -> str:
    """Write a document."""
    return f'{{"interval_s":{interval},"samples":[{",".join(samples)}]{more}}}'


def read(text: str) -> recording.Recording:
    """Read it."""
    return recording.read(text.encode())


def test_what_is_read() -> None:
    """Both sides of each sample, in the order of time, with what is missing said to be."""
    alone = '{"at":"2026-11-20T13:02:00.5+01:00","candidate":{"requests":10.0,"errors":0},"baseline":null}'
    found = read("\ufeff" + written(ONE, TWO, alone, '{"at":"2026-11-20T12:03Z"}', interval="0.5"))
    assert found.interval == timedelta(seconds=0.5)
    assert [sample.index for sample in found.samples] == [0, 1, 2, 3]
    assert found.samples[2].at == datetime(2026, 11, 20, 12, 2, 0, 500_000, tzinfo=UTC)
    told = [
        [(one.side, one.requests, one.errors, one.missing) for one in sample.evidence]
        for sample in found.samples
    ]
    assert told[0] == [(Side.CANDIDATE, 10, 1, ""), (Side.BASELINE, 30, 2, "")]
    assert told[2] == [(Side.CANDIDATE, 10, 0, ""), (Side.BASELINE, None, None, "not recorded")]
    assert [missing for _, _, _, missing in told[3]] == ["not recorded"] * 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(written(ONE, more=',"service":"shop","sample":1'), id="beside the samples"),
        pytest.param(written(ONE.replace('"at"', '"rung":10,"at"')), id="beside the sides"),
        pytest.param(
            written(ONE.replace('"errors":1', '"errors":1,"p99_ms":41.5')), id="something else counted"
        ),
    ],
)
def test_what_is_let_be(text: str) -> None:
    """Recordings from elsewhere hold more than is judged."""
    assert read(text) == read(written(ONE))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", "it is empty", id="nothing"),
        pytest.param("hello", "line 1, column 1: it is no JSON", id="text"),
        pytest.param(written(ONE)[:60], "it is no JSON", id="truncated"),
        pytest.param(written(ONE) + "x", "it is no JSON: Extra data", id="text after"),
        pytest.param("[" * 100_000, "nested too deeply", id="deep"),
        pytest.param(written(ONE.replace("10", "[" * 100_000 + "]" * 100_000)), "nested too deeply", id="deep inside"),
        pytest.param(written(ONE, interval="9" * 5000), "too many digits", id="thousands of digits"),
        pytest.param(written(ONE.replace("10", "NaN")), "NaN is no number in JSON", id="NaN"),
        pytest.param(written(ONE.replace("10", "-Infinity")), "-Infinity is no number in JSON", id="infinite"),
        pytest.param(written(ONE.replace('"at"', '"at":1,"at"')), 'has the key `"at"` twice', id="a key twice"),
        pytest.param("[]", "must be an object, not a list", id="list"),
        pytest.param("null", "must be an object, not `null`", id="null"),
        pytest.param('{"interval_s":60}', "the key `samples` is missing", id="no samples"),
        pytest.param('{"samples":[]}', "the key `interval_s` is missing", id="no interval"),
        pytest.param(written(), "samples: is empty", id="empty samples"),
        pytest.param('{"interval_s":60,"samples":{}}', "samples: must be a list, not an object", id="samples of another type"),
        pytest.param('{"interval_s":60,"sample":[]}', 'there is no key `"sample"` here; did you mean `samples`?', id="mistyped key"),
        *[
            pytest.param(written(ONE, interval=interval), "interval_s: must be seconds, 0.001 to a year", id=f"interval {interval[:9]}")
            for interval in ("0", "-60", "true", '"60"', "null", "1e999", "1e-300", "31622401", "9" * 400)
        ],
        pytest.param(written("5"), "samples[0]: must be an object, not `5`", id="a sample of another type"),
        pytest.param(written(ONE, '{"candidate":null}'), "samples[1]: the key `at` is missing", id="no time"),
        pytest.param(written(ONE.replace("candidate", "candidat")), 'samples[0]: there is no key `"candidat"` here; did you mean `candidate`?', id="mistyped side"),
        *[
            pytest.param(written(ONE.replace('"2026-11-20T12:00:00Z"', at)), f"samples[0].at: {sentence}", id=f"time {at[:12]}")
            for at, sentence in (
                ('"2026-11-20T12:00:00"', '`"2026-11-20T12:00:00"` has no zone'),
                ('"noon"', "must be a time like"),
                ("5", "must be a time like"),
                ("null", "must be a time like"),
                ('"\\ud800"', "must be a time like"),
                ('"9999-12-31T23:59:59Z"', '`"9999-12-31T23:59:59Z"` is too far away'),
                ('"2100-01-01T00:00:00Z"', '`"2100-01-01T00:00:00Z"` is too far away'),
                ('"0001-01-01T00:00:00+23:59"', '`"0001-01-01T00:00:00+23:59"` is too far away'),
                ('"1999-12-31T00:00:00Z"', '`"1999-12-31T00:00:00Z"` is too far away'),
            )
        ],
        pytest.param(written(TWO, ONE), "samples[1].at: is earlier than the sample before it", id="backwards"),
        pytest.param(written(ONE, ONE), "samples[1].at: is the same time as the sample before it", id="the same time"),
        pytest.param(written(ONE, ONE.replace("12:00:00Z", "13:00:00+01:00")), "samples[1].at: is the same time as", id="the same time elsewhere"),
        *[
            pytest.param(written(TWO.replace("12:01", "11:59"), ONE.replace("30", count)), f"samples[1].baseline.requests: {sentence}", id=f"count {count[:9]}")
            for count, sentence in (
                ("-30", "must not be negative, as `-30` is"),
                ("30.5", "must be a whole number, not `30.5`"),
                ("true", "must be a whole number, not `true`"),
                ('"30"', 'must be a whole number, not `"30"`'),
                ("null", "must be a whole number, not `null`"),
                ("{}", "must be a whole number, not an object"),
                ("1e400", "must be a whole number, not `Infinity`"),
                ("1000000001", "is more than 1,000,000,000"),
                ("9" * 400, "is more than 1,000,000,000"),
            )
        ],
        pytest.param(written(ONE.replace('"errors":1', '"errors":11')), "samples[0].candidate: 11 errors in 10 requests cannot be", id="more errors than requests"),
        pytest.param(written(ONE.replace(',"errors":1', "")), "samples[0].candidate: the key `errors` is missing", id="no errors"),
        pytest.param(written(ONE.replace('{"requests":10,"errors":1}', "[]")), "samples[0].candidate: must be an object, not a list", id="a side of another type"),
    ],
)  # fmt: skip
def test_what_is_refused(text: str, sentence: str) -> None:
    """One sentence, on one line, says where and what."""
    with pytest.raises(UnusableError) as caught:
        read(text)
    said = str(caught.value)
    assert sentence in said
    assert said.isprintable()
    assert len(said) < 300


def test_another_encoding() -> None:
    """What PowerShell writes is no JSON."""
    with pytest.raises(UnusableError, match="not UTF-8"):
        recording.read(written(ONE).encode("utf-16"))


def test_the_ends_of_what_is_read() -> None:
    """A billion requests, the longest interval and the last moment of the century are let in."""
    most = ONE.replace("10", "1000000000").replace("2026-11-20T12:00:00Z", "2099-12-31T23:59:59Z")
    assert read(written(most, interval="31622400")).samples[0].evidence[0].requests == 10**9
    assert read(written(ONE.replace("2026", "2000"), interval="0.001")).samples[0].at.year == 2000


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("at", "candidate", "baseline", "requests", "errors")), inner)
    ),
    max_leaves=8,
)


@given(interval=_JSON, samples=_JSON | st.lists(_JSON, max_size=3))
def test_nothing_breaks_it(interval: object, samples: object) -> None:
    """Any document is read or refused."""
    document = json.dumps({"interval_s": interval, "samples": samples})
    with contextlib.suppress(UnusableError):
        assert read(document).samples
