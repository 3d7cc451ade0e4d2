data "pinterest_commerce_integration" "shop" {
  external_business_id = "my-shop-1"
}

output "tag" {
  value = data.pinterest_commerce_integration.shop.connected_tag_id
}
