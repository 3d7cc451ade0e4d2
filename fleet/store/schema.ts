/** The PostgreSQL schema of the fleet's tables. pg-boss has its own schema. */
export const schema = "pinterest_fleet";

/** The migrations, oldest first. Their number is the version of a database. A released migration never changes. */
export const migrations: readonly string[] = [
  `
  -- One row.
  create table ${schema}.settings (
    one boolean primary key default true check (one),
    project text not null,
    shard_size integer not null check (shard_size > 0),
    salt bytea not null,
    passphrase_check bytea not null,
    -- Settings that all workers share. The first worker sets them.
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
    -- A merchant stays in its shard, so the shard is stored and never computed.
    shard_id integer not null references ${schema}.shard,
    -- The values of the list, and their digest.
    external_business_id text not null unique,
    -- '' for the default account.
    account text not null default '',
    fields jsonb not null,
    encrypted_secrets bytea,
    digest bytea not null,
    -- The names since the last update. State can still use one of them.
    former_names text[] not null default '{}',
    -- All previous names.
    earlier_names text[] not null default '{}',
    -- The digest of the values of the last update; null if they are unknown.
    applied_digest bytea,
    -- The external business IDs of the integrations that it can have at Pinterest, including replaced ones that no update has deleted yet.
    known_integrations text[] not null default '{}',
    -- The time since which the list omits it.
    leaving_since timestamptz,
    -- Whether it will be erased. Its integration stays at Pinterest.
    offboarding boolean not null default false
  );
  create index merchant_shard on ${schema}.merchant (shard_id);

  -- The values that an update deploys for a merchant, from its start until its outcome is stored.
  create table ${schema}.deployment (
    merchant text primary key references ${schema}.merchant on update cascade on delete cascade,
    -- The merchant's name at the start, to which the secrets are bound.
    name text not null,
    external_business_id text not null,
    account text not null,
    fields jsonb not null,
    encrypted_secrets bytea,
    -- null if the update deletes the integration.
    digest bytea,
    -- Whether an earlier update of the merchant was interrupted.
    is_repeated boolean not null default false,
    -- Whether that one deployed other values.
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
    -- How often it was started, and how often it failed as a whole.
    attempts integer not null default 0,
    failures integer not null default 0,
    -- The worker of the last attempt.
    worker text,
    ended_at timestamptz,
    errors text[] not null default '{}',
    -- The drift report of the stack, without its merchants.
    report jsonb,
    primary key (run_id, shard_id)
  );

  -- The result of a merchant in a run, under the merchant's current name.
  create table ${schema}.result (
    run_id uuid not null references ${schema}.run on delete cascade,
    merchant text not null,
    shard_id integer not null references ${schema}.shard,
    status text not null check (status in (
      'in-sync', 'pending', 'unchanged', 'drifted', 'missing', 'accepted', 'revoked', 'unreachable', 'created', 'updated', 'replaced', 'deleted', 'failed',
      'would create', 'would update', 'would replace', 'would delete')),
    properties text[] not null default '{}',
    message text,
    report jsonb,
    known_at timestamptz not null default now(),
    primary key (run_id, merchant)
  );
  create index result_merchant on ${schema}.result (merchant, known_at desc);

  -- Drift that is accepted until a day.
  create table ${schema}.accepted_drift (
    merchant text not null references ${schema}.merchant on update cascade on delete cascade,
    -- '' if the integration is missing.
    property text not null,
    -- Pinterest's value.
    pinterest jsonb not null,
    reason text not null,
    author text not null,
    until date not null,
    primary key (merchant, property)
  );

  -- The right of a process to run engines for a shard's stack. The row stays if an engine did not unlock the stack.
  create table ${schema}.claim (
    shard_id integer primary key references ${schema}.shard,
    id uuid not null,
    -- The name of the worker or command, for messages.
    holder text not null,
    since timestamptz not null default now(),
    alive_at timestamptz not null default now()
  );
  `,
];

/** The SQL condition for merchants that may have another integration at Pinterest than a row of a table names. An update replaces it. */
export function replacedCondition(table: string): string {
  return `(known_integrations <> '{}' and ${table}.external_business_id <> all(known_integrations))`;
}

/** The SQL condition for merchants that differ from the last update. */
export const pendingCondition = `(leaving_since is not null or digest is distinct from applied_digest or former_names <> '{}')`;
