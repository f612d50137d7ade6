# Where orders wait for a worker, and where those go that no worker can handle.

resource "terraform_data" "dead_letters" {
  input = {
    name           = "orders-dead-${var.environment}"
    retention_days = var.dead_letter_days
  }
}

resource "terraform_data" "orders" {
  input = {
    name               = "orders-${var.environment}"
    visibility_seconds = var.visibility_seconds
    dead_letters       = terraform_data.dead_letters.id
  }
}
