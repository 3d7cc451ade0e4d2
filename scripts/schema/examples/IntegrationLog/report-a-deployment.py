import pulumi_pinterest as pinterest

version = "2027-01-31"

deployed = pinterest.IntegrationLog(
    "deployed",
    event_type=pinterest.EventType.APP,
    log_level=pinterest.LogLevel.INFO,
    message="catalog feed deployed",
    external_business_id="my-shop-1",
    # Sent again if this changes.
    triggers=[version],
)
