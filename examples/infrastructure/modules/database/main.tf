# What the shop remembers. Each file in migrations/ is run once, when it is first deployed.

resource "terraform_data" "database" {
  input = {
    name    = "shop-${var.environment}"
    subnets = var.subnets
  }
}

resource "terraform_data" "migration" {
  for_each = toset([for file in fileset("${path.root}/../../migrations", "*.sh") : trimsuffix(file, ".sh")])

  input = {
    database = terraform_data.database.id
    name     = each.key
  }

  provisioner "local-exec" {
    command = "sh ${path.root}/../../migrations/${each.key}.sh"
  }
}
