data "pinterest_integrations" "german" {
  external_business_id_prefix = "de-"
  max_items                   = 100
}

output "ids" {
  value = data.pinterest_integrations.german.integrations[*].external_business_id
}
