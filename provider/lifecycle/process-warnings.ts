import { hash } from "node:crypto";
import type { Bag } from "../base/bag";
import { accountInWords, firstOf, sentence } from "../base/message-text";
import { whereCommandRuns } from "../base/own-package";
import { type Lookup, tokenKeys } from "../config";
import { unknownValue } from "../run/constants";
import type { EngineRun } from "../run/engine-command";
import { RunLedger } from "../run/ledger";
import type { Wording } from "../run/wording";
import { containsUnknown } from "./values";

/** Limit for the interrupted creates that a message names. */
const namedCreates = 20;

/** Number of hexadecimal digits of a digest of tokens. */
const digestLength = 6;

type TokensEvent = "tokens in state" | "tokens of the program";

/** The messages of a provider process that are not about one operation. */
export class ProcessWarnings {
  private hasReportedCreates = false;
  private hasWarnedOfConfiguration = false;
  private readonly notedTokens = new Set<TokensEvent>();
  /** The first declaration of each external business ID that was checked. */
  private readonly firstDeclarations = new Map<unknown, { account: unknown; isNew: boolean }>();

  constructor(
    private readonly notify: (message: string) => void,
    private readonly ledger: RunLedger,
    private readonly run: EngineRun,
    private readonly wording: Wording,
  ) {}

  /** Reports creates of earlier commands that were interrupted, until a command has deployed. @param urn the URN of a resource of this stack. */
  interruptedCreates(urn: string | undefined): void {
    if (this.hasReportedCreates || urn === undefined) return;
    this.hasReportedCreates = true;
    const creates = RunLedger.takeInterruptedCreates(urn, this.run);
    if (creates.length === 0) return;
    const ids = [...new Set(creates.map(({ externalBusinessId }) => `'${externalBusinessId}'`))].sort();
    const { noun, entry, listUnmanaged } = this.wording;
    this.notify(
      `an earlier command was interrupted, and may have created ${firstOf(ids, namedCreates)} without saving state. If the ${noun} no longer declares them, ` +
        `no ${entry} manages them: \`${listUnmanaged}\`${whereCommandRuns} lists such integrations.`,
    );
  }

  /**
   * Reports if the tokens of this provider have changed since the last update. The engine has a process with the configuration in state, and
   * another one with that of the program. State has no variables of the environment.
   */
  olderTokens(own: TokensEvent, lookup: Lookup, provider: string | undefined): void {
    // One of the two processes finds the note of the other.
    if (this.notedTokens.has(own)) return;
    this.notedTokens.add(own);
    const tokens = tokenKeys.map(lookup);
    if (tokens.every((token) => !token) || containsUnknown(tokens)) return;
    const digest = hash("sha256", JSON.stringify(tokens)).slice(0, digestLength);
    this.ledger.note(own, { provider, digest });
    const other = own === "tokens in state" ? "tokens of the program" : "tokens in state";
    const notes = this.ledger
      .knownRecords()
      .notes(other)
      .filter((note) => note.provider === provider);
    if (notes.every((note) => note.digest === digest)) return;
    const place = provider === undefined ? "the stack's configuration" : accountInWords(undefined, provider);
    this.notify(
      `the tokens of ${place} have changed since the last update, and state still has the older ones. Until \`pulumi up\` has succeeded, ` +
        "the drift check of previews and updates, `pulumi refresh`, `pulumi destroy` and the option --refresh use the older ones. For the last three, add " +
        "`--run-program` to use the new ones.",
    );
  }

  /**
   * Warns if two accounts declare an external business ID and one of the resources is new. Whether each account can have its own is
   * unknown, so this is not an error.
   */
  secondAccount({ externalBusinessId: id, account }: Bag, isNew: boolean): void {
    if (id === unknownValue || account === unknownValue) return;
    const first = this.firstDeclarations.get(id);
    if (first === undefined) this.firstDeclarations.set(id, { account, isNew });
    else if (first.account !== account && (isNew || first.isNew)) {
      const [one, other] = [first.account, account].map((each) => accountInWords(each as string | undefined));
      this.notify(
        `warning: integration '${id}' is declared for ${one} and for ${other}. Pinterest may refuse the second one: ` +
          `give each ${this.wording.entry} its own \`externalBusinessId\`, or remove one of them.`,
      );
    }
  }

  invalidConfiguration(problem: string): void {
    if (!this.hasWarnedOfConfiguration)
      this.notify(
        `warning: cannot check for drift: ${sentence(problem)} If you have corrected it since the last update, run \`${this.wording.commands.update}\` to replace it in state.`,
      );
    this.hasWarnedOfConfiguration = true;
  }
}
