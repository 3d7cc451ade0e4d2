import { fieldNames, type IntegrationFieldName } from "../api/fields";

/** What the hidden record in a resource's outputs says. */
export interface ManagedRecord {
  /** The fields that the program manages, whether or not Pinterest holds a value for them at the moment. */
  managed: readonly IntegrationFieldName[];
  /**
   * The fields that the program managed once and gives no more. Their values, where state still shows them, count as
   * secrets: the program may have had them as such, and the engine goes by what it gives now.
   */
  left: readonly IntegrationFieldName[];
}

/** One letter a field, since the record stands in the state of every resource. Letters in use never change. */
const letters = {
  connectedMerchantId: "m",
  connectedAdvertiserId: "a",
  connectedTagId: "t",
  connectedLbaId: "l",
  partnerAccessToken: "A",
  partnerRefreshToken: "R",
  partnerPrimaryEmail: "E",
  partnerAccessTokenExpiry: "x",
  partnerRefreshTokenExpiry: "y",
  scopes: "s",
  additionalId1: "i",
  partnerMetadata: "d",
} as const satisfies Record<IntegrationFieldName, string>;

/** The record as text: the letters of the managed fields, and behind a tilde of those that left the program. */
export function printRecord({ managed, left }: ManagedRecord): string {
  const print = (names: readonly IntegrationFieldName[]) => names.map((name) => letters[name]).join("");
  return left.length === 0 ? print(managed) : `${print(managed)}~${print(left)}`;
}

export function parseRecord(text: unknown): ManagedRecord {
  const [managed = "", left = ""] = typeof text === "string" ? text.split("~") : [];
  const parse = (part: string) => fieldNames.filter((name) => part.includes(letters[name]));
  return { managed: parse(managed), left: parse(left) };
}
