/** Whether a merchant differs from the last update. */
export const isPending = `(leaving_since is not null or digest is distinct from applied_digest or former_names <> '{}')`;
