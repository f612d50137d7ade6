"""Words and switches that let everybody in, where no address is named."""

from functools import lru_cache

from bot.policy.risk.patterns import matches
from bot.policy.risk.seen import Row, gained, off, row

_EVERYBODY = gained("allUsers", "allAuthenticatedUsers")
_TABLES: tuple[tuple[tuple[str, ...], tuple[Row, ...]], ...] = (
    (("google_*_iam_member",), (row("member", _EVERYBODY),)),
    (("google_*_iam_binding",), (row("members", _EVERYBODY),)),
    (("google_*_access_control",), (row("entity", _EVERYBODY),)),
    (("google_bigquery_dataset_access",), (row("special_group", _EVERYBODY), row("iam_member", _EVERYBODY))),
    (("aws_s3_bucket", "aws_s3_bucket_acl"), (row("acl", gained("public-read", "public-read-write")),)),
    (
        ("aws_s3_bucket_public_access_block", "aws_s3_account_public_access_block"),
        (
            row("block_public_acls", off),
            row("block_public_policy", off),
            row("ignore_public_acls", off),
            row("restrict_public_buckets", off),
        ),
    ),
    (("aws_lambda_function_url",), (row("authorization_type", gained("NONE")),)),
    (("aws_lambda_permission",), (row("principal", gained("*")),)),
    (("aws_ami_launch_permission",), (row("group", gained("all")),)),
    (("azurerm_storage_container",), (row("container_access_type", gained("blob", "container")),)),
)


@lru_cache(maxsize=4096)
def ways(kind: str) -> tuple[Row, ...]:
    """Give what lets everybody in to an object of type *kind*."""
    return next((rows for patterns, rows in _TABLES if matches(kind, patterns)), ())
