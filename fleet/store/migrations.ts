/** The schema of PostgreSQL in which the fleet's own tables are. pg-boss has one of its own. */
export const schema = "pinterest_fleet";

/**
 * What makes the tables, oldest first; their number is the version of a database. One that was released never changes.
 *
 * A merchant stays in its shard until it is moved: which one that is, is kept and never computed. Its account is '' where it is the
 * default one. `digest` is of all that its list says, `applied_digest` of what the last update brought to Pinterest; `brought_up` is true
 * from the first that did so until its connection is ended. What it was called since the last update is in `former_names`, by which its resource is
 * found, and what it was ever called in `earlier_names`. A row of `engine` is there while an engine runs for a shard, and stays where one
 * ended without having unlocked the stack. In `held_places` is what its resource may have at Pinterest by now, whatever the list says
 * since. `begun_run` was the first to bring up what is pending, and did what `begun_as` says, should a further attempt of it find that
 * done. While a merchant has a shard in `moving_to` its resource may be in the state of either, or of both; those that it was in before
 * have it in their history. One that is `offboarding` is to be forgotten, and its connection to stay.
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
    keep_days integer not null check (keep_days > 0)
  );
  create table ${schema}.shard (
    id integer generated always as identity primary key,
    stack text not null unique,
    created_at timestamptz not null default now()
  );
  create table ${schema}.merchant (
    name text primary key,
    shard_id integer not null references ${schema}.shard,
    external_business_id text not null,
    account text not null default '',
    fields jsonb not null,
    sealed bytea,
    digest bytea not null,
    former_names text[] not null default '{}',
    earlier_names text[] not null default '{}',
    applied_digest bytea,
    held_places text[] not null default '{}',
    brought_up boolean not null default false,
    begun_run uuid,
    begun_as text,
    leaving_since timestamptz,
    moving_to integer references ${schema}.shard,
    former_shards integer[] not null default '{}',
    offboarding boolean not null default false,
    added_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    unique (external_business_id, account)
  );
  create index merchant_shard on ${schema}.merchant (shard_id);

  create table ${schema}.run (
    id uuid primary key default gen_random_uuid(),
    operation text not null check (operation in ('preview', 'up', 'drift', 'drift --from-state', 'destroy')),
    refresh boolean not null default false,
    requested_at timestamptz not null default now()
  );
  create table ${schema}.run_shard (
    run_id uuid not null references ${schema}.run on delete cascade,
    shard_id integer not null references ${schema}.shard,
    state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    attempts integer not null default 0,
    failures integer not null default 0,
    worker text,
    started_at timestamptz,
    ended_at timestamptz,
    errors text[] not null default '{}',
    report jsonb,
    primary key (run_id, shard_id)
  );
  create table ${schema}.result (
    run_id uuid not null references ${schema}.run on delete cascade,
    merchant text not null,
    shard_id integer not null references ${schema}.shard,
    status text not null,
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
