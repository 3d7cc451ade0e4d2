variable "northToken" {
  type      = string
  sensitive = true
}

provider "pinterest" {
  alias        = "north"
  access_token = var.northToken
}

resource "pinterest_commerce_integration" "shop" {
  provider             = pinterest.north
  external_business_id = "shop-north"
}
