from bot.playground.seed import demo_seed


def test_the_seed_fits_together() -> None:
    """Everybody who is in a channel or a group exists, and the bot is where it is needed."""
    seed = demo_seed()
    known = {member.id for member in seed.members}
    assert all(set(channel.members) <= known for channel in seed.channels)
    assert all(set(group.members) <= known for group in seed.groups)
    with_bot = [channel.name for channel in seed.channels if seed.bot in channel.members]
    assert with_bot == ["deploys", "incidents", "partners"]
    home = {member.id for member in seed.members if not member.team}
    assert all(channel.shared or set(channel.members) <= home for channel in seed.channels)
