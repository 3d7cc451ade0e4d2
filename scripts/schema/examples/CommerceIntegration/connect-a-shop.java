package shops;

import com.pulumi.Pulumi;
import com.example.pinterest.CommerceIntegration;
import com.example.pinterest.CommerceIntegrationArgs;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var shop = new CommerceIntegration("shop", CommerceIntegrationArgs.builder()
                .externalBusinessId("my-shop-1")
                .connectedMerchantId("1949483")
                .connectedAdvertiserId("549755885175")
                .connectedTagId("2613187432")
                .build());

            ctx.export("integrationId", shop.integrationId());
        });
    }
}
