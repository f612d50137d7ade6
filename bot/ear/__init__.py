"""The edge that hears Slack: one Bolt app, over Socket Mode or HTTP, that keeps what it hears and acknowledges."""
