// A server that answers everything with one integration, as cheaply as Node.js can; answers each line with its port, ends with its input.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";

const body = JSON.stringify({
  id: "7100000000000000001",
  external_business_id: "shop-1",
  connected_user_id: "1000000000000001",
  connected_merchant_id: "1949483",
  connected_advertiser_id: "549755885175",
  connected_tag_id: "2613187432",
  connected_lba_id: "",
  partner_access_token_expiry: 0,
  partner_refresh_token_expiry: 0,
  scopes: "",
  additional_id_1: "",
  partner_metadata: "",
  created_timestamp: 1_700_000_000_000,
  updated_timestamp: 1_700_000_000_000,
});

const headers = {
  "content-type": "application/json",
  "content-length": Buffer.byteLength(body),
  "x-pinterest-rid": "1234567890",
  // In the form of Pinterest's own, with limits that nobody reaches.
  "x-ratelimit-limit":
    '1000000, 1000000;w=1;name="safety_net_app_id_user_id", 1000000;w=60;name="ads_read_app_id_user_id"',
  "x-ratelimit-remaining": "999999",
  "x-ratelimit-reset": "1",
};

const server = createServer((_request, response) => {
  response.writeHead(200, headers);
  response.end(body);
});
await once(server.listen(0, "127.0.0.1"), "listening");
for await (const _line of createInterface(process.stdin)) console.log((server.address() as AddressInfo).port);
process.exit();
