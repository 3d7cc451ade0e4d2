import { js } from "./program";

/** Values of which every encoding looks different, so that a scan for each means something. */
export function secretText(name: string): string {
  return `${name}-"q"/s\\b+%2F&<é>`;
}

export interface SecretArguments {
  args: Record<string, unknown>;
  /** Every secret among them. */
  secrets: string[];
}

/**
 * Arguments of an integration that are secrets: those that always are, and some that the program itself wraps, among
 * them one inside a document.
 */
export function secretArguments(externalBusinessId: string, version: number): SecretArguments {
  const name = (field: string) => secretText(`${field}-${externalBusinessId}-${version}`);
  const tag = `26131874${String(version).repeat(4)}${externalBusinessId.length}`;
  const secrets = {
    partnerAccessToken: name("access"),
    partnerRefreshToken: name("refresh"),
    partnerPrimaryEmail: `${name("mail")}@shop.example`,
    metadata: name("metadata"),
    additional: `${name("additional")} end`,
    tag,
  };
  const { partnerAccessToken, partnerRefreshToken, partnerPrimaryEmail, metadata, additional } = secrets;
  return {
    args: {
      externalBusinessId,
      partnerAccessToken,
      partnerRefreshToken,
      partnerPrimaryEmail,
      connectedTagId: wrapped(tag),
      additionalId1: wrapped(additional),
      partnerMetadata: { open: "to see", hidden: wrapped(metadata) },
    },
    secrets: Object.values(secrets),
  };
}

function wrapped(value: string): unknown {
  return js(`pulumi.secret(${JSON.stringify(value)})`);
}
