# The shop, put together. This file is the same in every environment; terraform.tfvars holds what differs.

terraform {
  required_version = ">= 1.5"

  # Where the state is kept comes from a file: terraform init -backend-config=backends/local.tfbackend
  backend "local" {}
}

locals {
  # One file for all environments: a release travels from branch to branch.
  release = trimspace(file("${path.root}/../../RELEASE"))

  # Where two stacks stand side by side each serves its own: the next release goes to the one that nobody meets.
  colours = { for colour in fileset("${path.root}/colours", "*") : colour => trimspace(file("${path.root}/colours/${colour}")) }
}

module "network" {
  source = "../../modules/network"

  environment = var.environment
  cidr        = var.cidr
  zones       = var.zones
}

module "queue" {
  source = "../../modules/queue"

  environment        = var.environment
  visibility_seconds = var.visibility_seconds
  dead_letter_days   = var.dead_letter_days
}

module "database" {
  source = "../../modules/database"

  environment = var.environment
  subnets     = module.network.subnets
}

module "workers" {
  source = "../../modules/workers"

  environment = var.environment
  workers     = var.workers
  queue       = module.queue.id
  release     = local.release
  migrations  = module.database.migrations
}

module "storefront" {
  source = "../../modules/storefront"

  environment      = var.environment
  release          = lookup(local.colours, "blue", local.release)
  release_document = var.release_document
  green            = lookup(local.colours, "green", null)
  green_document   = var.green_document
  subnets          = module.network.subnets

  # Orders must be understood before they can be placed.
  depends_on = [module.workers]
}
