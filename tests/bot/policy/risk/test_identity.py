"""Types of objects that say who may do what."""

import pytest

from bot.policy.risk import identity


@pytest.mark.parametrize(
    ("kind", "grants", "sets_all"),
    [
        pytest.param("aws_iam_role", True, False, id="a role"),
        pytest.param("aws_iam_policy", True, False, id="a policy to be given to somebody"),
        pytest.param("aws_iam_policy_attachment", True, True, id="an exclusive attachment"),
        pytest.param("aws_iam_role_policies_exclusive", True, True, id="all policies of a role"),
        pytest.param("google_project_iam_binding", True, True, id="a binding"),
        pytest.param("google_storage_bucket_iam_policy", True, True, id="all rights on a bucket"),
        pytest.param("google_storage_bucket_iam_member", True, False, id="a member"),
        pytest.param("azurerm_role_assignment", True, False, id="an assignment"),
        pytest.param("kubernetes_cluster_role_binding_v1", True, False, id="a cluster's role"),
        pytest.param("aws_autoscaling_policy", False, False, id="a policy of another kind"),
        pytest.param("aws_security_group_rule", False, False, id="who may reach what"),
        pytest.param("aws_instance", False, False, id="a machine"),
        pytest.param("", False, False, id="no type"),
    ],
)
def test_rights(kind: str, grants: bool, sets_all: bool) -> None:
    """Who sets all rights grants some, and takes away the others."""
    assert (identity.grants(kind), identity.sets_all(kind)) == (grants, sets_all)
