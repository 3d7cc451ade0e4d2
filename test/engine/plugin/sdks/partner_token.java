package shops;

import com.example.pinterest.CommerceIntegration;
import com.example.pinterest.CommerceIntegrationArgs;
import com.example.pinterest.Provider;
import com.example.pinterest.ProviderArgs;
import com.example.pinterest.enums.OnDelete;
import com.pulumi.Pulumi;
import com.pulumi.resources.CustomResourceOptions;
import java.util.Map;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            // The SDK encodes these arguments as JSON.
            var provider = new Provider("pinterest", ProviderArgs.builder()
                .accounts(Map.of("other", "account-token-in-plaintext"))
                .onDelete(OnDelete.Disconnect)
                .build());

            var shop = new CommerceIntegration("shop", CommerceIntegrationArgs.builder()
                .externalBusinessId("shop")
                .connectedTagId("2613187432")
                // Not a secret of the program: the plugin keeps it secret.
                .partnerAccessToken("partner-token-in-plaintext")
                .whenRemoved("release")
                .build(), CustomResourceOptions.builder().provider(provider).build());

            ctx.export("integrationId", shop.integrationId());
            ctx.export("token", shop.partnerAccessToken());
        });
    }
}
