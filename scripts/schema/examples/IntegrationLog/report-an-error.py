import pulumi_pinterest as pinterest

feed_refused = pinterest.IntegrationLog(
    "feed-refused",
    event_type=pinterest.EventType.API,
    log_level=pinterest.LogLevel.ERROR,
    external_business_id="my-shop-1",
    error=pinterest.LogErrorArgs(
        name="FeedError",
        message="the feed was refused",
        file_name="feed.ts",
        line_number=12,
    ),
    request=pinterest.LogRequestArgs(
        method=pinterest.LogRequestMethod.POST,
        host="shop.example.com",
        path="/feeds",
        request_headers={"content-type": "application/json"},
        response_status_code=422,
    ),
)
