import pulumi
import pulumi_pinterest as pinterest

shop = pinterest.CommerceIntegration(
    "shop",
    external_business_id="my-shop-1",
    connected_merchant_id="1949483",
    connected_advertiser_id="549755885175",
    connected_tag_id="2613187432",
)

pulumi.export("integrationId", shop.integration_id)
