import pulumi
import pulumi_pinterest as pinterest

config = pulumi.Config()

north = pinterest.CommerceIntegration(
    "north",
    external_business_id="shop-north",
    # A name in the configuration `pinterest:accounts`.
    account="north",
    connected_merchant_id="1949484",
    partner_access_token=config.require_secret("partnerAccessToken"),
    partner_access_token_expiry=1893456000000,
    partner_metadata={"region": "north", "tier": 2},
    # Pulumi's Python SDK fails for a list here.
    scopes="read_catalog,write_catalog",
    # Fields that you remove from the program keep their value at Pinterest.
    when_removed=pinterest.WhenRemoved.RELEASE,
)
