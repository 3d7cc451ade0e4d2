resource "pinterest_commerce_integration" "shop" {
  external_business_id    = "my-shop-1"
  connected_merchant_id   = "1949483"
  connected_advertiser_id = "549755885175"
  connected_tag_id        = "2613187432"
}

output "integrationId" {
  value = pinterest_commerce_integration.shop.integration_id
}
