package shops;

import com.pulumi.Pulumi;
import com.example.pinterest.IntegrationLog;
import com.example.pinterest.IntegrationLogArgs;
import com.example.pinterest.enums.EventType;
import com.example.pinterest.enums.LogLevel;
import com.example.pinterest.enums.LogRequestMethod;
import com.example.pinterest.inputs.LogErrorArgs;
import com.example.pinterest.inputs.LogRequestArgs;
import java.util.Map;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            new IntegrationLog("feed-refused", IntegrationLogArgs.builder()
                .eventType(EventType.API)
                .logLevel(LogLevel.ERROR)
                .externalBusinessId("my-shop-1")
                .error(LogErrorArgs.builder()
                    .name("FeedError")
                    .message("the feed was refused")
                    .fileName("feed.ts")
                    .lineNumber(12)
                    .build())
                .request(LogRequestArgs.builder()
                    .method(LogRequestMethod.POST)
                    .host("shop.example.com")
                    .path("/feeds")
                    .requestHeaders(Map.of("content-type", "application/json"))
                    .responseStatusCode(422)
                    .build())
                .build());
        });
    }
}
