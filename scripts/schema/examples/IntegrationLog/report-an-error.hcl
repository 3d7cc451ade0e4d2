resource "pinterest_integration_log" "feed-refused" {
  event_type           = "API"
  log_level            = "ERROR"
  external_business_id = "my-shop-1"

  error {
    name        = "FeedError"
    message     = "the feed was refused"
    file_name   = "feed.ts"
    line_number = 12
  }

  request {
    method               = "POST"
    host                 = "shop.example.com"
    path                 = "/feeds"
    request_headers      = { "content-type" = "application/json" }
    response_status_code = 422
  }
}
