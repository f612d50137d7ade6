# What customers see.

resource "terraform_data" "load_balancer" {
  input = {
    name    = "storefront-${var.environment}"
    subnets = var.subnets
  }
}

resource "terraform_data" "release" {
  input            = var.release
  triggers_replace = [var.release]

  # A provisioner runs only when its object is made, so each release is a new object;
  # the old one goes after the new one serves.
  lifecycle {
    create_before_destroy = true
  }

  depends_on = [terraform_data.load_balancer]

  provisioner "local-exec" {
    command = "sh ${path.root}/../../scripts/release.sh"
    environment = {
      RELEASE          = self.input
      RELEASE_DOCUMENT = var.release_document
    }
  }
}

# The second stack, where there is one, is made in the same way and knows nothing of the first.
resource "terraform_data" "green" {
  count = var.green == null ? 0 : 1

  input            = var.green
  triggers_replace = [var.green]

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [terraform_data.load_balancer]

  provisioner "local-exec" {
    command = "sh ${path.root}/../../scripts/release.sh"
    environment = {
      RELEASE          = self.input
      RELEASE_DOCUMENT = var.green_document
    }
  }
}
