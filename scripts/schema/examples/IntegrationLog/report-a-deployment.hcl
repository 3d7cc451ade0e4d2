locals {
  version = "2027-01-31"
}

resource "pinterest_integration_log" "deployed" {
  event_type           = "APP"
  log_level            = "INFO"
  message              = "catalog feed deployed"
  external_business_id = "my-shop-1"
  # Sent again if this changes.
  triggers = [local.version]
}
