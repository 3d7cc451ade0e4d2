import type { Clock } from "../clock";
import { AccountRevoked, type Credentials } from "../credentials";
import { isRunByFleet } from "../run-by-fleet";
import { quoted } from "../shown";
import { waitFor } from "../wait-for";
import { Batches } from "./batches";
import { type CommandAnswer, readCommandAnswers } from "./command-answer";
import { CommandFailure } from "./command-run";
import { renewalDue } from "./expiry";
import { accountInWords, type TokenNotices } from "./notices";

export interface AccountCommandOptions {
  /** Runs the command with this on its standard input; gives what it prints. Throws a {@link CommandFailure}. */
  readonly run: (input: string) => Promise<string>;
  /** Which other accounts will be wanted, asked right before a run for these. */
  readonly alsoWanted?: (asked: readonly string[]) => readonly string[];
  readonly clock: Clock;
  readonly notices: TokenNotices;
}

interface HeldToken {
  readonly accessToken: string;
  readonly obtainedAt: number;
  readonly expiresAt?: number;
}

/**
 * Credentials of named accounts out of a command, as of a vault's. It is run for all names together that are wanted and not
 * answered at that moment, and what it prints for others is kept too, so that one that prints all it has is run once. A name
 * is asked for again only when its token nears its end, or when Pinterest has refused it. A failure is the answer for the
 * names of that run.
 */
export class AccountCommand {
  readonly #held = new Map<string, HeldToken>();
  readonly #failed = new Map<string, CommandAnswer>();
  /** Tokens that the command printed again although Pinterest had refused them. */
  readonly #hopeless = new Map<string, string>();
  readonly #expected = new Set<string>();
  /** The accounts wanted, with the token that was refused, if it is because of that. */
  readonly #batches: Batches<string, string | undefined>;

  constructor(private readonly options: AccountCommandOptions) {
    this.#batches = new Batches((wanted) => this.#answer(wanted), options.clock);
  }

  /** Names an account that will be wanted, so that the next run asks for it too. Runs nothing. */
  expect(account: string): void {
    if (!this.#held.has(account) && !this.#failed.has(account)) this.#expected.add(account);
  }

  credentials(account: string): Credentials {
    return {
      accessToken: (signal) => this.#accessToken(account, signal),
      renew: (refused, signal) => this.#renew(account, refused, signal),
      remedy: `The access token came from ${
        isRunByFleet() ? "PINTEREST_ACCOUNT_COMMAND" : "pinterest:accountCommand"
      }, which prints no other one: check what it prints for this account.`,
    };
  }

  async #accessToken(account: string, signal?: AbortSignal): Promise<string> {
    const held = this.#held.get(account);
    if (held !== undefined && !this.#isDue(held)) return held.accessToken;
    if (!this.#failed.has(account)) await waitFor(this.#batches.add(account, undefined), signal);
    const { accessToken, expiresAt } = this.#held.get(account) ?? {};
    // A token that nears its end is used to its end, where the command has no other.
    if (accessToken === undefined || (expiresAt ?? Infinity) <= this.options.clock.now()) {
      throw this.#failure(account);
    }
    return accessToken;
  }

  async #renew(account: string, refused: string, signal?: AbortSignal): Promise<boolean> {
    if (this.#held.get(account)?.accessToken === refused) {
      await waitFor(this.#batches.add(account, refused), signal);
    }
    if (this.#failed.has(account)) throw this.#failure(account);
    return this.#held.get(account)?.accessToken !== refused;
  }

  #isDue(held: HeldToken): boolean {
    const { obtainedAt, expiresAt } = held;
    return expiresAt !== undefined && this.options.clock.now() >= renewalDue({ obtainedAt, expiresAt });
  }

  /** A run before may have printed more than was wanted of it. */
  #isUnanswered(account: string, refused: string | undefined): boolean {
    const held = this.#held.get(account);
    if (held === undefined) return !this.#failed.has(account);
    return held.accessToken === refused ? this.#hopeless.get(account) !== refused : this.#isDue(held);
  }

  async #answer(wanted: ReadonlyMap<string, string | undefined>): Promise<void> {
    const unanswered = [...wanted].filter(([account, refused]) => this.#isUnanswered(account, refused));
    if (unanswered.length === 0) return;
    const asked = unanswered.map(([account]) => account);
    for (const account of this.options.alsoWanted?.(asked) ?? []) this.expect(account);
    const accounts = [...new Set([...asked, ...this.#expected])];
    this.#expected.clear();
    const answers = await this.#run(accounts);
    for (const [account, answer] of answers) this.#keep(account, answer);
    for (const [account, refused] of unanswered) {
      if (refused !== undefined && this.#held.get(account)?.accessToken === refused) {
        this.#hopeless.set(account, refused);
      }
    }
    for (const account of accounts) {
      const { accessToken, expiresAt } = this.#held.get(account) ?? {};
      if (accessToken !== undefined && expiresAt !== undefined) {
        this.options.notices.expires(account, "access token", expiresAt);
      }
    }
  }

  /** What the command says of these accounts, and of others. Never throws: a failure is the answer for all of these. */
  async #run(accounts: readonly string[]): Promise<Map<string, CommandAnswer>> {
    const all = (problem: string): Map<string, CommandAnswer> =>
      new Map(accounts.map((account) => [account, { problem }]));
    let printed: string;
    try {
      printed = await this.options.run(`${JSON.stringify({ accounts })}\n`);
    } catch (error) {
      return all(error instanceof CommandFailure ? error.message : "could not be run");
    }
    const answers = readCommandAnswers(printed);
    return answers === undefined
      ? all('printed something else than a JSON object such as {"shop-a": {"accessToken": "pina_…"}}')
      : new Map([...all("printed nothing for it"), ...answers]);
  }

  #keep(account: string, answer: CommandAnswer): void {
    const now = this.options.clock.now();
    if ("accessToken" in answer && (answer.expiresAt ?? Infinity) > now) {
      this.#held.set(account, { ...answer, obtainedAt: now });
      this.#failed.delete(account);
      this.#expected.delete(account);
      return;
    }
    if ("revoked" in answer) this.#held.delete(account);
    this.#failed.set(account, "accessToken" in answer ? expired(answer.expiresAt) : answer);
  }

  #failure(account: string): Error {
    const answer = this.#failed.get(account);
    if (answer !== undefined && "revoked" in answer) {
      const reason = answer.reason === "" ? "" : `: ${answer.reason.replace(/\.$/, "")}`;
      return new AccountRevoked(
        `${accountInWords(account)} is revoked, says the account command${reason}. The merchant must connect to the app again`,
      );
    }
    const problem =
      answer !== undefined && "problem" in answer ? answer.problem : "gave no other token for it";
    return new Error(
      `the account command ${problem}, which leaves ${accountInWords(account)} without one: run it by hand (pinterest:accountCommand), ` +
        `with {"accounts":[${quoted(account)}]} on its standard input`,
    );
  }
}

function expired(expiresAt: number | undefined): CommandAnswer {
  return { problem: `printed a token for it that expired on ${new Date(expiresAt ?? 0).toISOString()}` };
}
