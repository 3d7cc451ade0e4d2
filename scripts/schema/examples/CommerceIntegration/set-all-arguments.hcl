variable "partnerAccessToken" {
  type      = string
  sensitive = true
}

variable "partnerRefreshToken" {
  type      = string
  sensitive = true
}

variable "partnerEmail" {
  type      = string
  sensitive = true
}

resource "pinterest_commerce_integration" "north" {
  external_business_id = "shop-north"
  # A name in the configuration `pinterest:accounts`.
  account                      = "north"
  connected_merchant_id        = "1949484"
  connected_advertiser_id      = "549755885176"
  connected_tag_id             = "2613187433"
  connected_lba_id             = "1949485"
  partner_access_token         = var.partnerAccessToken
  partner_access_token_expiry  = 1893456000000
  partner_refresh_token        = var.partnerRefreshToken
  partner_refresh_token_expiry = 1924992000000
  partner_primary_email        = var.partnerEmail
  partner_metadata             = { plugin_version = "2.1.0", feature_flags = { catalog = true } }
  scopes                       = ["read_catalog", "write_catalog"]
  additional_id1               = "region-7"
  # If an integration exists that differs, the update fails.
  adopt = false
  # Fields that you remove from the program keep their value at Pinterest.
  when_removed = "release"
}
