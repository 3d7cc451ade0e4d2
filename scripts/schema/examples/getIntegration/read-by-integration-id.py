import pulumi
import pulumi_pinterest as pinterest

shop = pinterest.get_integration_output(integration_id="6491324")

pulumi.export("merchant", shop.connected_merchant_id)
