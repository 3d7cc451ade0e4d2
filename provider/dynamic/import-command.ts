import type { ImportPlace } from "../lifecycle";
import { shellWord } from "../process/shell-word";
import { dynamicType, providerKey, providerText } from "./constant";

/**
 * A shell command that brings an integration under management as it is. The engine makes no read for an import whose
 * file holds outputs; the next update with refresh then reads the live values. No value but the id and the account's name is written down,
 * since any other may be a secret.
 */
export function importCommand({ externalBusinessId, account }: ImportPlace): string {
  const properties = {
    [providerKey]: providerText,
    externalBusinessId,
    ...(account === undefined ? {} : { account }),
  };
  const file = {
    resources: [
      { type: dynamicType, name: "NAME", id: externalBusinessId, inputs: properties, outputs: properties },
    ],
  };
  // Not echo, which in some shells changes the backslashes of JSON. No code is to be generated: the program has it, and
  // for want of a schema the command would end with an error.
  return `  printf '%s\\n' ${shellWord(JSON.stringify(file))} > import.json\n  pulumi import --file import.json --generate-code=false`;
}
