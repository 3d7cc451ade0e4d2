import type * as pulumi from "@pulumi/pulumi";
import { logType } from "../../plugin/tokens";
import type { IntegrationLogArgs } from "../integration-log-args";
import { IntegrationLogBase } from "../integration-log-base";
import { isOfType } from "../is-of-type";
import { logFrontEnd } from "./front-end";

/**
 * An entry in Pinterest's integration log, for example about a deployment. It is sent when the resource is created, and again if its content,
 * `account` or `triggers` change.
 *
 * ```typescript
 * new pinterest.IntegrationLog("deployed", {
 *   eventType: "APP",
 *   logLevel: "INFO",
 *   message: "catalog feed deployed",
 *   externalBusinessId: shop.externalBusinessId,
 *   triggers: [version],
 * });
 * ```
 *
 * Pinterest's log is append-only: if you delete the resource, Pinterest keeps the entry, and a refresh reads nothing. If the answer to an
 * entry is lost, the update fails and the next one sends it again, so that Pinterest can have it twice.
 *
 * Limits are those of Pinterest's API description (5.23.0, `IntegrationLog`). Strings and headers that look like a token are refused.
 */
export class IntegrationLog extends IntegrationLogBase {
  /** Whether an object is a log entry, including those of another copy of this package. */
  static override isInstance(value: unknown): value is IntegrationLog {
    return isOfType(value, logType);
  }

  /**
   * @param name Name of the resource in the program.
   * @param args Content of the entry.
   * @param opts Pulumi's resource options. `import` and `id` are refused, because Pinterest's log cannot be read.
   * @throws RunError if an argument is unknown or an option is refused.
   */
  constructor(name: string, args: IntegrationLogArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(logFrontEnd, name, args, opts);
  }
}
