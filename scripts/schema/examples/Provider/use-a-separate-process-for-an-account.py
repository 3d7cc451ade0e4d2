import pulumi
import pulumi_pinterest as pinterest

config = pulumi.Config()

north = pinterest.Provider("north", access_token=config.require_secret("northToken"))

shop = pinterest.CommerceIntegration(
    "shop",
    external_business_id="shop-north",
    opts=pulumi.ResourceOptions(provider=north),
)
