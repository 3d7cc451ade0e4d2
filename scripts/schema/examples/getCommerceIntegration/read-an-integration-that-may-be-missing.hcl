data "pinterest_commerce_integration" "shop" {
  external_business_id = "my-shop-2"
  # A name in the configuration `pinterest:accounts`.
  account        = "north"
  ignore_missing = true
}

output "exists" {
  value = data.pinterest_commerce_integration.shop.exists
}
