import pulumi
import pulumi_pinterest as pinterest

config = pulumi.Config()

north = pinterest.CommerceIntegration(
    "north",
    external_business_id="shop-north",
    # A name in the configuration `pinterest:accounts`.
    account="north",
    connected_merchant_id="1949484",
    connected_advertiser_id="549755885176",
    connected_tag_id="2613187433",
    connected_lba_id="1949485",
    partner_access_token=config.require_secret("partnerAccessToken"),
    partner_access_token_expiry=1893456000000,
    partner_refresh_token=config.require_secret("partnerRefreshToken"),
    partner_refresh_token_expiry=1924992000000,
    partner_primary_email=config.require_secret("partnerEmail"),
    partner_metadata={"plugin_version": "2.1.0", "feature_flags": {"catalog": True}},
    # Pulumi's Python SDK fails for a list here.
    scopes="read_catalog,write_catalog",
    additional_id1="region-7",
    # If an integration exists that differs, the update fails.
    adopt=False,
    # Fields that you remove from the program keep their value at Pinterest.
    when_removed=pinterest.WhenRemoved.RELEASE,
)
