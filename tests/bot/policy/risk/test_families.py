import pytest

from bot.domain.plan import Change, Verb
from bot.policy.risk.families import surveyed


@pytest.mark.parametrize(
    ("kind", "provider", "known"),
    [
        pytest.param("aws_x", "registry.terraform.io/hashicorp/aws", True, id="AWS"),
        pytest.param("aws_x", "registry.opentofu.org/hashicorp/aws", True, id="OpenTofu's registry"),
        pytest.param("aws_x", "aws", True, id="an old format"),
        pytest.param("aws_x", "provider.aws", True, id="a very old format"),
        pytest.param("aws_x", "registry.terraform.io/-/aws", True, id="no publisher"),
        pytest.param("aws_x", "", True, id="by type alone"),
        pytest.param("terraform_data", "terraform.io/builtin/terraform", True, id="built in"),
        pytest.param("google_x", "registry.terraform.io/hashicorp/google-beta", True, id="beta"),
        pytest.param("null_x", "registry.terraform.io/acme/null", False, id="a namesake"),
        pytest.param("acme_x", "", False, id="a stranger by type"),
        pytest.param(
            "kubernetes_manifest",
            "registry.terraform.io/hashicorp/kubernetes",
            False,
            id="a claim on a volume, perhaps",
        ),
        pytest.param("aws_x", "registry.terraform.io/hashicorp/acme", False, id="a strange provider"),
    ],
)
def test_whose_types_are_known(kind: str, provider: str, *, known: bool) -> None:
    """The provider counts before the type."""
    change = Change(address=f"{kind}.a", type=kind, provider=provider, verb=Verb.DELETE, actions=("delete",))
    assert surveyed(change) is known
