import { js } from "./program";

/** Creates a value that differs in every encoding, so that each check for a leak is effective. */
export function secretText(name: string): string {
  return `${name}-"q"/s\\b+%2F&<é>`;
}

export interface SecretArguments {
  args: Record<string, unknown>;
  /** All secret values in `args`. */
  secrets: string[];
}

/**
 * Creates arguments of an integration with secrets: fields that are always secret, and values that the program wraps in
 * `pulumi.secret`, including one inside `partnerMetadata`.
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

/** Creates invalid arguments whose secret values must not be in the error message. */
export function invalidSecretArguments(): SecretArguments {
  return {
    args: {
      ...secretArguments("shop-400", 0).args,
      connectedTagId: wrapped(" 778899001122 "),
      partnerAccessToken: "has blanks-445566",
      partnerPrimaryEmail: "nobody-445566",
      scopes: ["445566 "],
      partnerAccessTokenExpiry: js("pulumi.secret(445566)"),
    },
    secrets: ["778899001122", "445566"],
  };
}
