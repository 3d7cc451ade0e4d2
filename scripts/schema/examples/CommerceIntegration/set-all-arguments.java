package shops;

import com.pulumi.Pulumi;
import com.example.pinterest.CommerceIntegration;
import com.example.pinterest.CommerceIntegrationArgs;
import com.example.pinterest.enums.WhenRemoved;
import java.util.List;
import java.util.Map;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var config = ctx.config();

            new CommerceIntegration("north", CommerceIntegrationArgs.builder()
                .externalBusinessId("shop-north")
                // A name in the configuration `pinterest:accounts`.
                .account("north")
                .connectedMerchantId("1949484")
                .connectedAdvertiserId("549755885176")
                .connectedTagId("2613187433")
                .connectedLbaId("1949485")
                .partnerAccessToken(config.requireSecret("partnerAccessToken"))
                .partnerAccessTokenExpiry(1893456000000.0)
                .partnerRefreshToken(config.requireSecret("partnerRefreshToken"))
                .partnerRefreshTokenExpiry(1924992000000.0)
                .partnerPrimaryEmail(config.requireSecret("partnerEmail"))
                .partnerMetadata(Map.of("plugin_version", "2.1.0", "feature_flags", Map.of("catalog", true)))
                .scopes(List.of("read_catalog", "write_catalog"))
                .additionalId1("region-7")
                // If an integration exists that differs, the update fails.
                .adopt(false)
                // Fields that you remove from the program keep their value at Pinterest.
                .whenRemoved(WhenRemoved.Release)
                .build());
        });
    }
}
