import type * as pulumi from "@pulumi/pulumi";
import { logType } from "../plugin/tokens";
import type { IntegrationLogArgs } from "../resources/integration-log-args";
import { IntegrationLogBase } from "../resources/integration-log-base";
import { isOfType } from "../resources/is-of-type";
import { logFrontEnd } from "./front-end";

/**
 * An entry in Pinterest's log of integrations, such as a note of a deployment. It is recorded when the resource is created, and once
 * more each time that its content, its account or `triggers` change.
 *
 * ```typescript
 * new pinterest.IntegrationLog("deployed", {
 *   eventType: "APP",
 *   logLevel: "INFO",
 *   message: "catalogue feed deployed",
 *   externalBusinessId: shop.externalBusinessId,
 *   triggers: [version],
 * });
 * ```
 *
 * Pinterest's log can only be added to. Deleting the resource forgets the entry, which Pinterest keeps; no refresh reads it. Where it
 * cannot be told whether an entry was recorded, the update fails and the next one records it, so that it may be there twice.
 */
export class IntegrationLog extends IntegrationLogBase {
  /** Whether an object is a log entry, also one of another copy of this package. */
  static override isInstance(value: unknown): value is IntegrationLog {
    return isOfType(value, logType);
  }

  /**
   * @param name The resource's name in the program.
   * @param args What is recorded.
   * @param opts Pulumi's resource options. `import` and `id` are refused: Pinterest's log cannot be read.
   * @throws RunError on a misspelt argument, or an option that is refused.
   */
  constructor(name: string, args: IntegrationLogArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(logFrontEnd, name, args, opts);
  }
}
