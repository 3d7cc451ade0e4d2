data "pinterest_integrations" "german" {
  external_business_id_prefix = "de-"
  connected_merchant_id       = "1949484"
  connected_advertiser_id     = "549755885176"
  connected_tag_id            = "2613187433"
  # A name in the configuration `pinterest:accounts`.
  account         = "north"
  include_secrets = false
  max_items       = 100
  page_size       = 50
}

output "ids" {
  value = data.pinterest_integrations.german.integrations[*].external_business_id
}
