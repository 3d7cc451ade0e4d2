import pulumi
import pulumi_pinterest as pinterest

shop = pinterest.CommerceIntegration(
    "shop",
    external_business_id="shop",
    connected_tag_id="2613187432",
    # Not a secret of the program: the SDK and the plugin keep it secret.
    partner_access_token="partner-token-in-plaintext",
)

pulumi.export("integrationId", shop.integration_id)
pulumi.export("token", shop.partner_access_token)
