variable "environment" {
  description = "Name of the environment, part of every name."
  type        = string
}

variable "workers" {
  description = "How many there are."
  type        = number
}

variable "queue" {
  description = "Id of the queue they take orders from."
  type        = string
}

variable "release" {
  description = "Version of the storefront whose orders they understand."
  type        = string
}

variable "migrations" {
  description = "Id of each migration they rely on, by name."
  type        = map(string)
}
