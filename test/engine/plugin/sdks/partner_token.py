import pulumi
import pulumi_pinterest as pinterest

# The SDK encodes these arguments as JSON.
provider = pinterest.Provider(
    "pinterest",
    accounts={"other": "account-token-in-plaintext"},
    on_delete=pinterest.OnDelete.DISCONNECT,
)

shop = pinterest.CommerceIntegration(
    "shop",
    external_business_id="shop",
    connected_tag_id="2613187432",
    # Not a secret of the program: the SDK and the plugin keep it secret.
    partner_access_token="partner-token-in-plaintext",
    partner_access_token_expiry=1893456000000,
    partner_metadata={"feature_flags": {"catalog": True}},
    # Pulumi's Python SDK fails for a list here.
    scopes="read_catalog,write_catalog",
    adopt=False,
    when_removed="release",
    opts=pulumi.ResourceOptions(provider=provider),
)

pulumi.export("integrationId", shop.integration_id)
pulumi.export("token", shop.partner_access_token)
