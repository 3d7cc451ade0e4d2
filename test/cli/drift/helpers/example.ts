import { pageParts } from "../../../../cli/drift/html";
import { ofPrograms } from "../../../../cli/drift/wording";
import { driftReportOf, isManaged } from "../../../../stack/findings";
import type { DriftReport, MerchantReport, StackReport } from "../../../../stack/report";

/** A merchant in sync, or one that was never created, with `changes`. */
export function merchant(name: string, changes: Partial<MerchantReport> = {}): MerchantReport {
  return {
    name,
    urn: `urn:pulumi:dev::shops::pulumi-nodejs:dynamic/pinterest:CommerceIntegration::${name}`,
    externalBusinessId: name,
    status: changes.pending?.includes("create") ? "pending" : "in-sync",
    properties: [],
    pending: [],
    ...changes,
  };
}

/** A report with findings of every kind. */
export const example: DriftReport = withStacks({
  project: "shops",
  stack: "dev",
  directory: ".",
  merchants: [
    merchant("amsterdam"),
    merchant("berlin", {
      externalBusinessId: "de-berlin-1",
      account: "north",
      status: "drifted",
      since: "2026-07-31T22:15:00+02:00",
      properties: [
        { name: "connectedTagId", secret: false, program: "2613187432", pinterest: "2600000000001" },
        { name: "connectedMerchantId", secret: false, program: "1949483", pinterest: null },
        {
          name: "partnerAccessTokenExpiry",
          secret: false,
          program: 1_767_225_600_000,
          pinterest: 1_798_761_600_000,
        },
        { name: "partnerAccessToken", secret: true },
      ],
    }),
    merchant("cologne", {
      status: "drifted",
      properties: [
        {
          name: "partnerMetadata",
          secret: false,
          program: `{"catalogue":{"feed":"https://shop.example/feeds/de/products.xml","locale":"de-DE"},"plan":"plus","since":2024}`,
          pinterest: `{"catalogue":{"feed":"https://shop.example/feeds/de/products.xml","locale":"de-DE"},"plan":"basic","since":2024}`,
        },
      ],
      pending: ["scopes"],
    }),
    merchant("dresden", { status: "missing", externalBusinessId: "de-dresden-1" }),
    ...["essen", "frankfurt"].map((name) =>
      merchant(name, {
        account: "rhine",
        status: "revoked",
        reason: "Pinterest refuses account 'rhine' (HTTP 401, code 2): Authentication failed.",
        advice:
          "The access token of account 'rhine' has expired or was revoked. Get a new one and set it in `pinterest:accounts`, then run this again.",
      }),
    ),
    merchant("goslar", {
      status: "unreachable",
      provider: "harz",
      reason: "reading integration 'goslar': no response within 30 s, after 4 attempts",
    }),
    merchant("hamburg", { pending: ["create"] }),
  ],
  unmanaged: [
    { externalBusinessId: "de-ulm-1", integrationId: "7329847293", account: "north" },
    { externalBusinessId: "de ulm's 2", integrationId: "7329847294", account: "north" },
    { integrationId: "7329847295", provider: "harz" },
  ],
  errors: ["account 'south' could not be listed: Pinterest refuses it (HTTP 403, code 29)."],
});

/** A report of one stack with these merchants, and their counts. */
export function withMerchants(...merchants: MerchantReport[]): DriftReport {
  return withStacks({ project: "shops", stack: "dev", directory: ".", merchants, errors: [] });
}

/** A report of these stacks, with their counts. Each merchant gets the URN of its stack. */
export function withStacks(...stacks: StackReport[]): DriftReport {
  const withUrns = stacks.map((stack) => ({
    ...stack,
    merchants: stack.merchants.map((one) => ({
      ...one,
      urn: one.urn.replace("urn:pulumi:dev::shops::", () => `urn:pulumi:${stack.stack}::${stack.project}::`),
    })),
  }));
  const isListed = stacks.some(({ unmanaged }) => unmanaged !== undefined);
  const managed = withUrns.flatMap(({ merchants }) => merchants).filter(isManaged).length;
  return driftReportOf(withUrns, new Date("2026-08-01T12:30:00.000Z"), isListed ? { managed } : {});
}

/** The page of a report, as HTML. */
export function htmlOf(report: DriftReport, source = ofPrograms()): string {
  return [...pageParts(report, source)].join("");
}

const markup = `<script>window.hacked = 1</script>"><img src=x onerror="window.hacked = 2">' onload='window.hacked = 3' </details></table>`;

/** A report in which every string from outside is markup. */
export const hostile: DriftReport = reportOf(markup);

/** A report in which every string from outside is or contains `text`. Names of stacks and accounts are shortened. */
export function reportOf(text: string): DriftReport {
  const name = text.slice(0, 1_000);
  return withStacks({
    project: name,
    stack: name,
    directory: name,
    merchants: (["drifted", "missing", "revoked", "unreachable", "in-sync"] as const).map((status) =>
      merchant(text, {
        status,
        account: `${status} ${name}`,
        provider: name,
        since: name,
        reason: text,
        advice: `${text}\n${text}`,
        properties: [{ name: text, secret: false, program: text, pinterest: `${text} ` }],
        pending: [text],
        forecast: {
          verdict: status === "in-sync" ? "not-checked" : "refused",
          differences: [{ name: text, secret: false, program: text, pinterest: `${text} ` }],
          notCompared: [text],
          reason: text,
          requestId: text,
          advice: `${text}\n${text}`,
        },
      }),
    ),
    unmanaged: [
      { externalBusinessId: text, integrationId: text, account: name },
      { externalBusinessId: text, integrationId: text, provider: name },
    ],
    unlisted: [{ account: name, provider: name, reason: text }],
    errors: [text],
  });
}
