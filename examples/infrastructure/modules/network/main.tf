# Where the shop lives: one network, one subnet in each zone.

resource "terraform_data" "network" {
  input = {
    name = "shop-${var.environment}"
    cidr = var.cidr
  }
}

resource "terraform_data" "subnet" {
  for_each = var.zones

  input = {
    network = terraform_data.network.id
    zone    = each.key
    cidr    = cidrsubnet(var.cidr, 8, each.value)
  }
}
