import * as pinterest from "pulumi-pinterest/native";

new pinterest.IntegrationLog("feed-refused", {
  eventType: "API",
  logLevel: "ERROR",
  clientTimestamp: 1767225600000,
  message: "the feed was refused",
  externalBusinessId: "shop-north",
  // A name in the configuration `pinterest:accounts`.
  account: "north",
  advertiserId: "549755885176",
  merchantId: "1949484",
  tagId: "2613187433",
  feedProfileId: "12",
  appVersionNumber: "2.1.0",
  platformVersionNumber: "9.4.2",
  error: {
    name: "FeedError",
    message: "the feed was refused",
    messageDetail: "3 products have no price",
    cause: "missing price",
    number: 17,
    fileName: "feed.ts",
    lineNumber: 12,
    columnNumber: 5,
    stackTrace: "FeedError: the feed was refused at feed.ts:12:5",
  },
  request: {
    method: "POST",
    host: "shop.example.com",
    path: "/feeds",
    requestHeaders: { "content-type": "application/json" },
    responseHeaders: { "retry-after": "60" },
    responseStatusCode: 422,
  },
  // Sent again if this changes.
  triggers: ["2027-01-31"],
});
