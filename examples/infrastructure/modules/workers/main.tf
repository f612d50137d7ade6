# Those who handle orders. A worker is booted once; a new release reaches it in place.

resource "terraform_data" "worker" {
  count = var.workers

  input = {
    name       = "worker-${count.index}-${var.environment}"
    queue      = var.queue
    release    = var.release
    migrations = var.migrations
  }

  provisioner "local-exec" {
    command     = "sh ${path.root}/../../scripts/boot.sh"
    environment = { WORKER = self.input.name }
  }
}
