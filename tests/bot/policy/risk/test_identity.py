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
        pytest.param("aws_ami_launch_permission", True, False, id="who may start an image"),
        pytest.param("aws_lambda_function_url", True, False, id="who may call a function"),
        pytest.param("google_bigquery_dataset_access", True, False, id="who may read"),
        pytest.param("google_org_policy_policy", True, False, id="what nobody may do"),
        pytest.param("google_project_iam_member_remove", True, False, id="a member that goes"),
        pytest.param("azurerm_storage_account_local_user", True, False, id="a user"),
        pytest.param("azurerm_servicebus_queue_authorization_rule", True, False, id="a right to a queue"),
        pytest.param("azurerm_resource_group_policy_exemption", True, False, id="an exemption"),
        pytest.param("aws_cognito_user_pool_client", False, False, id="a client"),
        pytest.param("aws_autoscaling_policy", False, False, id="a policy of another kind"),
        pytest.param("aws_security_group_rule", False, False, id="who may reach what"),
        pytest.param("aws_instance", False, False, id="a machine"),
        pytest.param("", False, False, id="no type"),
    ],
)
def test_rights(kind: str, grants: bool, sets_all: bool) -> None:
    """Who sets all rights grants some, and takes away the others."""
    assert (identity.grants(kind), identity.sets_all(kind)) == (grants, sets_all)
