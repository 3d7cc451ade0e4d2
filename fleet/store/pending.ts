/** Whether a merchant is other than the last update has left it. */
export const isPending = `(leaving_since is not null or digest is distinct from applied_digest or former_names <> '{}')`;
