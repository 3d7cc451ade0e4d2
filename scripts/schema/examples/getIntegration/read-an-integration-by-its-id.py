import pulumi
import pulumi_pinterest as pinterest

shop = pinterest.get_integration_output(integration_id="7300000000000000003")

pulumi.export("merchant", shop.connected_merchant_id)
