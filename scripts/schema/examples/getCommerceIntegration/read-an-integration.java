package shops;

import com.pulumi.Pulumi;
import com.example.pinterest.PinterestFunctions;
import com.example.pinterest.inputs.GetCommerceIntegrationArgs;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var shop = PinterestFunctions.getCommerceIntegration(GetCommerceIntegrationArgs.builder()
                .externalBusinessId("my-shop-1")
                .build());

            ctx.export("tag", shop.applyValue(found -> found.connectedTagId()));
        });
    }
}
