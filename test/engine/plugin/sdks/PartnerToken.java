package runner;

import com.example.pinterest.CommerceIntegration;
import com.example.pinterest.CommerceIntegrationArgs;
import com.example.pinterest.Provider;
import com.example.pinterest.ProviderArgs;
import com.example.pinterest.enums.OnDelete;
import com.pulumi.Context;
import com.pulumi.resources.CustomResourceOptions;
import java.util.List;
import java.util.Map;

class PartnerToken {
    static void declare(Context ctx) {
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
            .partnerAccessTokenExpiry(1893456000000.0)
            .partnerMetadata(Map.of("feature_flags", Map.of("catalog", true)))
            .scopes(List.of("read_catalog", "write_catalog"))
            .adopt(false)
            .whenRemoved("release")
            .build(), CustomResourceOptions.builder().provider(provider).build());

        ctx.export("integrationId", shop.integrationId());
        ctx.export("token", shop.partnerAccessToken());
    }
}
