/** The PostgreSQL schema of the fleet's tables. pg-boss has its own schema. */
export const schema = "pinterest_fleet";

/**
 * The migrations, oldest first. Their number is the version of a database. A released migration never changes.
 *
 * `merchant`: A merchant stays in its shard, so its shard is stored and never computed. `account` is '' for the default account. `digest` is
 * that of the list's values, and `applied_digest` that of the values of the last update. `known_integrations` are the external business IDs
 * of the integrations that its resource can have at Pinterest, including replaced ones that no update has deleted yet. `former_names` are the
 * names since the last update, one of which state can still use, and `earlier_names` are all previous names. A merchant that is `offboarding` will be erased, and its integration stays.
 *
 * `deployment`: The values that an update deploys for a merchant, from its start until its outcome is stored. If it deletes the integration,
 * `digest` is null. `name` is the merchant's name at that time, to which the secrets are bound. `is_repeated` is true if an
 * earlier update of the merchant was interrupted, and `state_is_outdated` if that one deployed other values.
 *
 * `engine`: A row exists while an engine runs for a shard, and stays if the engine did not unlock the stack.
 */
export const migrations: readonly string[] = [
  `
  create table ${schema}.settings (
    one boolean primary key default true check (one),
    project text not null,
    shard_size integer not null check (shard_size > 0),
    salt bytea not null,
    passphrase_check bytea not null,
    backend text,
    api_url text,
    state_passphrase_check bytea,
    requests_per_second integer check (requests_per_second > 0),
    next_request_at timestamptz,
    keep_days integer not null check (keep_days > 0)
  );
  create table ${schema}.shard (
    id integer generated always as identity primary key,
    stack text not null unique
  );
  create table ${schema}.merchant (
    name text primary key,
    shard_id integer not null references ${schema}.shard,
    external_business_id text not null,
    account text not null default '',
    fields jsonb not null,
    encrypted_secrets bytea,
    digest bytea not null,
    former_names text[] not null default '{}',
    earlier_names text[] not null default '{}',
    applied_digest bytea,
    known_integrations text[] not null default '{}',
    leaving_since timestamptz,
    offboarding boolean not null default false,
    unique (external_business_id)
  );
  create index merchant_shard on ${schema}.merchant (shard_id);

  create table ${schema}.deployment (
    merchant text primary key references ${schema}.merchant on update cascade on delete cascade,
    name text not null,
    external_business_id text not null,
    account text not null,
    fields jsonb not null,
    encrypted_secrets bytea,
    digest bytea,
    is_repeated boolean not null default false,
    state_is_outdated boolean not null default false
  );

  create table ${schema}.run (
    id uuid primary key default gen_random_uuid(),
    operation text not null check (operation in ('preview', 'up', 'drift', 'drift --from-state', 'destroy')),
    requested_at timestamptz not null default now()
  );
  create table ${schema}.run_shard (
    run_id uuid not null references ${schema}.run on delete cascade,
    shard_id integer not null references ${schema}.shard,
    state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'canceled')),
    attempts integer not null default 0,
    failures integer not null default 0,
    worker text,
    ended_at timestamptz,
    errors text[] not null default '{}',
    report jsonb,
    primary key (run_id, shard_id)
  );
  create table ${schema}.result (
    run_id uuid not null references ${schema}.run on delete cascade,
    merchant text not null,
    shard_id integer not null references ${schema}.shard,
    status text not null check (status in (
      'in-sync', 'unchanged', 'drifted', 'missing', 'revoked', 'unreachable', 'created', 'updated', 'replaced', 'deleted', 'failed',
      'would create', 'would update', 'would replace', 'would delete')),
    properties text[] not null default '{}',
    message text,
    report jsonb,
    known_at timestamptz not null default now(),
    primary key (run_id, merchant)
  );
  create index result_merchant on ${schema}.result (merchant, known_at desc);
  create table ${schema}.engine (
    shard_id integer primary key references ${schema}.shard,
    claim uuid not null,
    worker text not null,
    since timestamptz not null default now(),
    alive_at timestamptz not null default now()
  );
  `,
];

/** Whether a merchant may have another integration at Pinterest than a row of a table names. An update replaces that integration. */
export function isReplacedBy(table: string): string {
  return `(known_integrations <> '{}' and ${table}.external_business_id <> all(known_integrations))`;
}

/** Whether a merchant differs from the last update. */
export const isPending = `(leaving_since is not null or digest is distinct from applied_digest or former_names <> '{}')`;
