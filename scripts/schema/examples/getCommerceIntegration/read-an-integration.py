import pulumi
import pulumi_pinterest as pinterest

shop = pinterest.get_commerce_integration_output(external_business_id="my-shop-1")

pulumi.export("tag", shop.connected_tag_id)
