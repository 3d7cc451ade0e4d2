/** Failures of a deployment that docs/troubleshooting/deployments.md explains, by the anchors of their headings. */
export const deploymentTopics = [
  "already-exists",
  "another-owner",
  "ignored-property",
  "not-cleared",
  "account-change",
  "replacement-refused",
  "delete-limit",
  "still-shown",
  "incomplete-record",
  "deletion-early",
  "deletion-unfinished",
  "deletion-possibly-held",
  "deletion-wanted",
  "deletion-partial",
  "deletion-refused",
] as const;

export type DeploymentTopic = (typeof deploymentTopics)[number];

/** A failure of a deployment that is not only the failure of a request. */
export class DeploymentError extends Error {
  override readonly name = "DeploymentError";

  constructor(
    readonly topic: DeploymentTopic,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
