data "pinterest_integration" "shop" {
  integration_id = "7300000000000000005"
  # A name in the configuration `pinterest:accounts`.
  account         = "north"
  include_secrets = true
}

output "partnerAccessToken" {
  value     = data.pinterest_integration.shop.partner_access_token
  sensitive = true
}
