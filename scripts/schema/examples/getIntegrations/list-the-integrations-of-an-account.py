import pulumi
import pulumi_pinterest as pinterest

german = pinterest.get_integrations_output(external_business_id_prefix="de-", max_items=100)

pulumi.export(
    "ids",
    german.integrations.apply(lambda found: [shop.external_business_id for shop in found]),
)
