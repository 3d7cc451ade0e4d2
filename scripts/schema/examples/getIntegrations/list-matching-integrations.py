import pulumi
import pulumi_pinterest as pinterest

german = pinterest.get_integrations_output(
    external_business_id_prefix="de-",
    connected_merchant_id="1949484",
    connected_advertiser_id="549755885176",
    connected_tag_id="2613187433",
    # A name in the configuration `pinterest:accounts`.
    account="north",
    include_secrets=False,
    max_items=100,
    page_size=50,
)

pulumi.export(
    "ids",
    german.integrations.apply(lambda found: [shop.external_business_id for shop in found]),
)
