import pulumi
import pulumi_pinterest as pinterest

shop = pinterest.get_commerce_integration_output(
    external_business_id="my-shop-2",
    # A name in the configuration `pinterest:accounts`.
    account="north",
    ignore_missing=True,
)

pulumi.export("exists", shop.exists)
