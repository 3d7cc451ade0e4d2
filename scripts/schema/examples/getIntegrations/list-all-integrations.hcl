data "pinterest_integrations" "all" {
}

output "ids" {
  value = data.pinterest_integrations.all.integrations[*].external_business_id
}
