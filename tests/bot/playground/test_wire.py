from bot.playground import wire


def test_ids_are_given_where_there_are_none() -> None:
    """Slack names what has no name, and keeps what has one; pictures have none."""
    button = {"type": "button", "text": {"type": "plain_text", "text": "x"}}
    blocks = wire.with_ids(
        [
            {"type": "actions", "block_id": "mine", "elements": [button, {**button, "action_id": "own"}]},
            {"type": "section", "accessory": {"type": "image"}},
            {"type": "input", "element": {"type": "plain_text_input"}},
        ]
    )
    assert blocks[0]["block_id"] == "mine"
    first, second = blocks[0]["elements"]
    assert first["action_id"]
    assert second["action_id"] == "own"
    assert blocks[1]["block_id"] != blocks[2]["block_id"]
    assert blocks[1]["accessory"] == {"type": "image"}
    assert blocks[2]["element"]["action_id"]
    assert "action_id" not in button
