import pulumi_pinterest as pinterest

feed_refused = pinterest.IntegrationLog(
    "feed-refused",
    event_type=pinterest.EventType.API,
    log_level=pinterest.LogLevel.ERROR,
    client_timestamp=1767225600000,
    message="the feed was refused",
    external_business_id="shop-north",
    # A name in the configuration `pinterest:accounts`.
    account="north",
    advertiser_id="549755885176",
    merchant_id="1949484",
    tag_id="2613187433",
    feed_profile_id="12",
    app_version_number="2.1.0",
    platform_version_number="9.4.2",
    error=pinterest.LogErrorArgs(
        name="FeedError",
        message="the feed was refused",
        message_detail="3 products have no price",
        cause="missing price",
        number=17,
        file_name="feed.ts",
        line_number=12,
        column_number=5,
        stack_trace="FeedError: the feed was refused at feed.ts:12:5",
    ),
    request=pinterest.LogRequestArgs(
        method=pinterest.LogRequestMethod.POST,
        host="shop.example.com",
        path="/feeds",
        request_headers={"content-type": "application/json"},
        response_headers={"retry-after": "60"},
        response_status_code=422,
    ),
    # Sent again if this changes.
    triggers=["2027-01-31"],
)
