import pulumi
import pulumi_pinterest as pinterest

config = pulumi.Config()

merchants = pinterest.Provider(
    "merchants",
    accounts={
        "north": config.require_secret("northToken"),
        "south": config.require_secret("southToken"),
    },
    requests_per_minute=100,
    when_unreachable=pinterest.WhenUnreachable.KEEP,
)

shop = pinterest.CommerceIntegration(
    "shop",
    external_business_id="shop-south",
    account="south",
    opts=pulumi.ResourceOptions(provider=merchants),
)
