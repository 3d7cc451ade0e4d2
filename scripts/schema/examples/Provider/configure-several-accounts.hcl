variable "northToken" {
  type      = string
  sensitive = true
}

variable "southToken" {
  type      = string
  sensitive = true
}

provider "pinterest" {
  alias               = "merchants"
  accounts            = { north = var.northToken, south = var.southToken }
  requests_per_minute = 100
  when_unreachable    = "keep"
}

resource "pinterest_commerce_integration" "shop" {
  provider             = pinterest.merchants
  external_business_id = "shop-south"
  account              = "south"
}
