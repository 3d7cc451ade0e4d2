variable "partnerAccessToken" {
  type      = string
  sensitive = true
}

resource "pinterest_commerce_integration" "north" {
  external_business_id = "shop-north"
  # A name in the configuration `pinterest:accounts`.
  account                     = "north"
  connected_merchant_id       = "1949484"
  partner_access_token        = var.partnerAccessToken
  partner_access_token_expiry = 1893456000000
  partner_metadata            = { region = "north", tier = 2 }
  scopes                      = ["read_catalog", "write_catalog"]
  # Fields that you remove from the program keep their value at Pinterest.
  when_removed = "release"
}
