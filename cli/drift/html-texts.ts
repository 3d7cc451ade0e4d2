import { asCode } from "../../provider/base/words";
import type { Section, SectionKind } from "./sections";
import type { Source } from "./wording";

/** The page's words for a kind of section, for people who do not know Pulumi. */
export interface PageText {
  /** The title on the tile that filters the page. */
  readonly tile: string;
  readonly title: string;
  readonly meaning: string;
  /** Instructions, with commands in backticks. */
  readonly todo?: (section: Section) => string;
  readonly caption?: string;
}

export function pageTexts({ noun, afterRevocation }: Source): Readonly<Record<SectionKind, PageText>> {
  return {
    drifted: {
      tile: "Changed",
      title: "Changed at Pinterest",
      meaning:
        `Somebody changed these integrations at Pinterest, not in the ${noun}. A shop can now use another tag, another ad account or another ` +
        "catalog than agreed.",
      todo: (section) =>
        `If a changed value is right, copy it into the ${noun}. The operator of this check can fix everything else: ` +
        fixes(section, "writes the agreed values back"),
      caption: "Properties that differ",
    },
    missing: {
      tile: "Missing",
      title: "No longer at Pinterest",
      meaning:
        "Somebody deleted these integrations at Pinterest. Until they are recreated, these shops are not connected.",
      todo: (section) =>
        "To keep a shop connected, the operator of this check can recreate the integration: " +
        `${fixes(section, "recreates it")} If the shop has left, remove it from the ${noun}.`,
    },
    revoked: {
      tile: "Access refused",
      title: "Access refused",
      meaning:
        "Pinterest rejects the tokens of these accounts, so the check could not read their integrations. The integrations themselves can be unchanged.",
      todo: () =>
        "If the token has expired, the operator of this check renews it. If the owner of the account revoked the access, the owner must " +
        `connect to the app again.${afterRevocation === undefined ? "" : ` ${afterRevocation}`}`,
    },
    unreachable: {
      tile: "Not reached",
      title: "Could not be reached",
      meaning: "The check could not read these integrations. They may be unchanged.",
      todo: () => "The operator of this check fixes the causes, and runs the check again.",
    },
    failed: {
      tile: "Problems",
      title: "Problems with the check itself",
      meaning: "A part of the check failed. This page shows the results of the other parts.",
    },
    waiting: {
      tile: "Waiting",
      title: "Not checked yet",
      meaning: "The check has not finished. This page shows the results so far.",
      todo: ({ commands = [] }) =>
        `The operator of this check waits for the others with ${asCode(commands)}.`,
    },
    pending: {
      tile: "Pending",
      title: "Pending changes",
      meaning: `The ${noun} was changed, and the changes are not deployed to Pinterest yet. Nothing is wrong at Pinterest.`,
      todo: ({ commands = [] }) => `The operator of this check deploys them with ${asCode(commands)}.`,
      caption: "Pending changes",
    },
    unmanaged: {
      tile: `Not in the ${noun}`,
      title: `At Pinterest, but not in the ${noun}`,
      meaning:
        "The accounts also contain these integrations, and no program of this report manages them. Another stack or fleet may manage them, or somebody may have created them by hand.",
      todo: () =>
        "Find out whether another stack or fleet manages them. If none does, decide for each whether to add it to the program or delete it.",
      caption: "Unmanaged integrations",
    },
    unlisted: {
      tile: "Not listed",
      title: "Accounts that could not be listed",
      meaning:
        "The integrations of these accounts could not be listed, so there can be more integrations that no program manages.",
      todo: () => "The operator of this check fixes the access to the account, and runs the check again.",
    },
    "in-sync": {
      tile: "In sync",
      title: "In sync",
      meaning: `Pinterest has the values of the ${noun}. There is nothing to do.`,
    },
  };
}

/** The commands that fix drift, with their effect. */
function fixes({ commands = [] }: Section, effect: string): string {
  return commands.map((command) => `\`${command}\` ${effect}.`).join(" ");
}
