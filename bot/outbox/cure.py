"""What to do about each of Slack's refusals."""

from enum import StrEnum


class Cure(StrEnum):
    """The closed list of what helps."""

    #: Say it without layout.
    PLAIN = "plain"
    #: The message to be edited is out of reach for ever.
    GONE = "gone"
    #: The token does not do; nobody's message can go this way until an operator helps.
    OPERATOR = "operator"
    #: The place cannot be written to until somebody changes it.
    PLACE = "place"
    #: Slack's own trouble; it passes.
    WAIT = "wait"
    #: A code that nobody has thought of.
    UNKNOWN = "unknown"


_CURES: dict[Cure, frozenset[str]] = {
    Cure.PLAIN: frozenset(
        {
            "msg_too_long",
            "msg_blocks_too_long",
            "invalid_blocks",
            "invalid_blocks_format",
            "invalid_attachments",
        }
    ),
    Cure.GONE: frozenset({"message_not_found", "cant_update_message", "edit_window_closed"}),
    Cure.OPERATOR: frozenset(
        {
            "access_denied",
            "account_inactive",
            "ekm_access_denied",
            "invalid_auth",
            "missing_scope",
            "no_permission",
            "not_allowed_token_type",
            "not_authed",
            "org_login_required",
            "team_access_not_granted",
            "token_expired",
            "token_revoked",
            "two_factor_setup_required",
        }
    ),
    Cure.PLACE: frozenset(
        {
            "channel_is_limited_access",
            "channel_not_found",
            "is_archived",
            "not_in_channel",
            "restricted_action",
            "restricted_action_read_only_channel",
            "restricted_action_thread_locked",
        }
    ),
    Cure.WAIT: frozenset(
        {"accesslimited", "fatal_error", "internal_error", "request_timeout", "service_unavailable"}
    ),
}
_BY_CODE = {code: cure for cure, codes in _CURES.items() for code in codes}


def of(code: str) -> Cure:
    """The cure for one of Slack's error codes."""
    return _BY_CODE.get(code, Cure.UNKNOWN)
