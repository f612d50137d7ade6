variable "environment" {
  description = "Name of the environment, part of every name."
  type        = string
}

variable "release" {
  description = "Version to serve; there must be a `releases/VERSION.json`."
  type        = string
}

variable "release_document" {
  description = "File from which the running service learns what it serves."
  type        = string
}

variable "green" {
  description = "Version that a second stack serves; `null`: there is none."
  type        = string
}

variable "green_document" {
  description = "File from which the second stack learns what it serves."
  type        = string
}

variable "subnets" {
  description = "Ids of the subnets of the load balancer, by zone."
  type        = map(string)
}
