data "pinterest_integration" "shop" {
  integration_id = "7300000000000000003"
}

output "merchant" {
  value = data.pinterest_integration.shop.connected_merchant_id
}
