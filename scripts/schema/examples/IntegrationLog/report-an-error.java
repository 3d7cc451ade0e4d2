package shops;

import com.pulumi.Pulumi;
import com.example.pinterest.IntegrationLog;
import com.example.pinterest.IntegrationLogArgs;
import com.example.pinterest.enums.EventType;
import com.example.pinterest.enums.LogLevel;
import com.example.pinterest.enums.LogRequestMethod;
import com.example.pinterest.inputs.LogErrorArgs;
import com.example.pinterest.inputs.LogRequestArgs;
import java.util.List;
import java.util.Map;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            new IntegrationLog("feed-refused", IntegrationLogArgs.builder()
                .eventType(EventType.API)
                .logLevel(LogLevel.ERROR)
                .clientTimestamp(1767225600000.0)
                .message("the feed was refused")
                .externalBusinessId("shop-north")
                // A name in the configuration `pinterest:accounts`.
                .account("north")
                .advertiserId("549755885176")
                .merchantId("1949484")
                .tagId("2613187433")
                .feedProfileId("12")
                .appVersionNumber("2.1.0")
                .platformVersionNumber("9.4.2")
                .error(LogErrorArgs.builder()
                    .name("FeedError")
                    .message("the feed was refused")
                    .messageDetail("3 products have no price")
                    .cause("missing price")
                    .number(17.0)
                    .fileName("feed.ts")
                    .lineNumber(12)
                    .columnNumber(5)
                    .stackTrace("FeedError: the feed was refused at feed.ts:12:5")
                    .build())
                .request(LogRequestArgs.builder()
                    .method(LogRequestMethod.POST)
                    .host("shop.example.com")
                    .path("/feeds")
                    .requestHeaders(Map.of("content-type", "application/json"))
                    .responseHeaders(Map.of("retry-after", "60"))
                    .responseStatusCode(422)
                    .build())
                // Sent again if this changes.
                .triggers(List.of("2027-01-31"))
                .build());
        });
    }
}
