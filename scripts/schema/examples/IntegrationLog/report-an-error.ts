import * as pinterest from "pulumi-pinterest/native";

new pinterest.IntegrationLog("feed-refused", {
  eventType: "API",
  logLevel: "ERROR",
  externalBusinessId: "my-shop-1",
  error: { name: "FeedError", message: "the feed was refused", fileName: "feed.ts", lineNumber: 12 },
  request: {
    method: "POST",
    host: "shop.example.com",
    path: "/feeds",
    requestHeaders: { "content-type": "application/json" },
    responseStatusCode: 422,
  },
});
