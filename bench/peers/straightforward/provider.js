// A dynamic provider for Pinterest commerce integrations, as a careful user would write it after Pulumi's guide: the arguments of the program,
// errors, retries after rate limits, and drift.
"use strict";

/** Arguments and their names in a request's body. */
const fields = {
  externalBusinessId: "external_business_id",
  connectedMerchantId: "connected_merchant_id",
  connectedAdvertiserId: "connected_advertiser_id",
  connectedTagId: "connected_tag_id",
};

function toWire(inputs) {
  const body = {};
  for (const [name, wire] of Object.entries(fields)) {
    if (inputs[name] !== undefined) body[wire] = inputs[name];
  }
  return body;
}

function fromWire(record, account) {
  const outputs = { account };
  for (const [name, wire] of Object.entries(fields)) {
    if (record[wire]) outputs[name] = record[wire];
  }
  return outputs;
}

/** Read in the provider's process, on first use. */
const known = {};

/** A file, so that tokens do not get into the state with the code. */
function tokenOf(account) {
  known.tokens ??= JSON.parse(require("node:fs").readFileSync(process.env.PINTEREST_TOKENS_FILE, "utf8"));
  return known.tokens[account];
}

async function request(method, path, account, body) {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(`${process.env.PINTEREST_API_URL}/integrations/commerce${path}`, {
      method,
      headers: { authorization: `Bearer ${tokenOf(account)}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (response.ok) return response.status === 204 ? undefined : response.json();
    const text = await response.text();
    if (response.status === 404 && (method === "GET" || method === "DELETE")) return undefined;
    // A POST that failed may have created the integration.
    const mayRepeat = response.status === 429 || (response.status >= 500 && method !== "POST");
    // The waits sum to more than a minute, Pinterest's period for rate limits.
    if (!mayRepeat || attempt === 6) {
      throw new Error(`Pinterest responded to ${method} ${path} with ${response.status}: ${text}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 * 2 ** attempt));
  }
}

const provider = {
  async diff(_id, olds, news) {
    const names = [
      "externalBusinessId",
      "connectedMerchantId",
      "connectedAdvertiserId",
      "connectedTagId",
      "account",
    ];
    const replaces = ["externalBusinessId", "account"].filter((name) => olds[name] !== news[name]);
    return {
      changes: names.some((name) => olds[name] !== news[name]),
      replaces,
      deleteBeforeReplace: true,
    };
  },

  async create(inputs) {
    const record = await request("POST", "", inputs.account, toWire(inputs));
    return {
      id: inputs.externalBusinessId,
      outs: fromWire({ ...toWire(inputs), ...record }, inputs.account),
    };
  },

  async read(id, outputs) {
    const response = await request("GET", `/${encodeURIComponent(id)}`, outputs.account);
    if (response === undefined) return {};
    return { id, props: fromWire({ external_business_id: id, ...response }, outputs.account) };
  },

  async update(id, _olds, news) {
    const record = await request("PATCH", `/${encodeURIComponent(id)}`, news.account, toWire(news));
    return { outs: fromWire({ ...toWire(news), ...record }, news.account) };
  },

  async delete(id, outputs) {
    await request("DELETE", `/${encodeURIComponent(id)}`, outputs.account);
  },
};

module.exports = provider;
