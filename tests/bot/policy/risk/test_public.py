"""Words and switches that let everybody in."""

import pytest

from bot.domain.plan import Finding, Verb
from bot.policy.risk.noticing import notice, watches
from bot.policy.risk.seen import Seen

_BLOCK = "aws_s3_bucket_public_access_block"


@pytest.mark.parametrize(
    ("kind", "name", "shut", "open_"),
    [
        ("google_storage_bucket_iam_member", "member", "user:a@example.com", "allUsers"),
        ("google_cloud_run_service_iam_member", "member", "user:a@example.com", "allAuthenticatedUsers"),
        ("google_project_iam_binding", "members", ["user:a@example.com"], ["user:a@example.com", "allUsers"]),
        ("google_storage_bucket_access_control", "entity", "user-a", "allUsers"),
        ("google_bigquery_dataset_access", "special_group", "projectOwners", "allAuthenticatedUsers"),
        ("google_bigquery_dataset_access", "iam_member", "user:a", "allUsers"),
        ("aws_s3_bucket", "acl", "private", "public-read"),
        ("aws_s3_bucket_acl", "acl", "private", "public-read-write"),
        ("aws_lambda_function_url", "authorization_type", "AWS_IAM", "NONE"),
        ("aws_lambda_permission", "principal", "s3.amazonaws.com", "*"),
        ("aws_ami_launch_permission", "group", None, "all"),
        ("azurerm_storage_container", "container_access_type", "private", "blob"),
        ("azurerm_storage_container", "container_access_type", "private", "container"),
    ],
    ids=str,
)
def test_a_word_that_lets_everybody_in(kind: str, name: str, shut: object, open_: object) -> None:
    """Told where it comes, also with a new object, and not where it was or goes."""
    assert notice(Seen(kind, Verb.UPDATE, {name: shut}, {name: open_})) == (Finding.OPENED,)
    assert notice(Seen(kind, Verb.CREATE, {}, {name: open_})) == (Finding.OPENED,)
    assert notice(Seen(kind, Verb.UPDATE, {name: open_}, {name: shut})) == ()
    assert notice(Seen(kind, Verb.CREATE, {}, {name: shut})) == ()
    assert notice(Seen("acme_thing", Verb.CREATE, {}, {name: open_})) == ()
    assert name in watches(kind, Verb.CREATE)


@pytest.mark.parametrize(
    "name", ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]
)
def test_a_block_that_is_taken_away(name: str) -> None:
    """One of four is enough; a new one that blocks little takes nothing away."""
    assert notice(Seen(_BLOCK, Verb.UPDATE, {name: True}, {name: False})) == (Finding.OPENED,)
    assert notice(Seen(_BLOCK, Verb.UPDATE, {name: True}, {}, {name: True})) == (Finding.OPENED,)
    assert notice(Seen(_BLOCK, Verb.UPDATE, {name: False}, {name: True})) == ()
    assert notice(Seen(_BLOCK, Verb.CREATE, {}, {name: False})) == ()
