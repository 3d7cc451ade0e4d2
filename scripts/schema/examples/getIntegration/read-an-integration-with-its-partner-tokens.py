import pulumi
import pulumi_pinterest as pinterest

shop = pinterest.get_integration_output(
    integration_id="7300000000000000005",
    # A name in the configuration `pinterest:accounts`.
    account="north",
    include_secrets=True,
)

pulumi.export("partnerAccessToken", shop.partner_access_token)
