"""Pictures for the names of common emoji; other names stay as they are."""

import re
from collections.abc import Mapping

PICTURES: Mapping[str, str] = {
    "+1": "👍",
    "-1": "👎",
    "alarm_clock": "⏰",
    "arrow_right": "➡",
    "arrows_counterclockwise": "🔄",
    "ballot_box_with_check": "☑",
    "bell": "🔔",
    "black_circle": "⚫",
    "blue_heart": "💙",
    "boom": "💥",
    "calendar": "📆",
    "chart_with_upwards_trend": "📈",
    "clock1": "🕐",
    "construction": "🚧",
    "eyes": "👀",
    "fire": "🔥",
    "gear": "⚙",
    "green_heart": "💚",
    "grey_question": "❔",
    "hammer_and_wrench": "🛠",
    "heart": "❤",
    "heavy_check_mark": "✔",
    "heavy_multiplication_x": "✖",
    "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳",
    "information_source": "ℹ",  # noqa: RUF001 -- the sign itself
    "large_blue_circle": "🔵",
    "large_brown_circle": "🟤",
    "large_green_circle": "🟢",
    "large_orange_circle": "🟠",
    "large_purple_circle": "🟣",
    "large_yellow_circle": "🟡",
    "lock": "🔒",
    "mag": "🔍",
    "memo": "📝",
    "no_entry": "⛔",
    "no_entry_sign": "🚫",
    "octagonal_sign": "🛑",
    "package": "📦",
    "paperclip": "📎",
    "pushpin": "📌",
    "question": "❓",
    "raised_hand": "✋",
    "red_circle": "🔴",
    "repeat": "🔁",
    "rocket": "🚀",
    "rotating_light": "🚨",
    "shield": "🛡",
    "snowflake": "❄",
    "sos": "🆘",
    "stopwatch": "⏱",
    "tada": "🎉",
    "thumbsdown": "👎",
    "thumbsup": "👍",
    "traffic_light": "🚥",
    "unlock": "🔓",
    "wave": "👋",
    "warning": "⚠",
    "wastebasket": "🗑",
    "white_check_mark": "✅",
    "white_circle": "⚪",
    "wrench": "🔧",
    "x": "❌",
    "zzz": "💤",
}
_NAMES = {picture: name for name, picture in reversed(tuple(PICTURES.items()))}
_COLONS = re.compile(r":([a-z0-9_+'-]+):")


def picture(name: str) -> str:
    """The picture, or the name between colons."""
    bare = name.partition("::")[0]
    return PICTURES.get(bare, f":{name}:")


def name(written: str) -> str:
    """The name of an emoji that is written as a name, with colons or not, or as the picture itself."""
    bare = written.removesuffix("\N{VARIATION SELECTOR-16}")
    return _NAMES.get(bare, written.strip(":"))


def pictured(text: str) -> str:
    """Text with pictures in the place of names."""
    return _COLONS.sub(lambda match: picture(match[1]), text)
