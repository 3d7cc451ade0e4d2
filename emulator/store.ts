import {
  FIELD_NAMES,
  type FieldName,
  type Integration,
  type IntegrationFields,
  UNSET_FIELDS,
} from "./fields";
import { type Delay, type Lags, NO_DELAY } from "./lags";
import type { Sequence } from "./sequence";

/**
 * The integrations of all accounts, by external business ID, in the order of creation. Records are immutable, so that a caller's record
 * does not change.
 */
export class IntegrationStore {
  readonly #sequence: Sequence;
  readonly #records = new Map<string, Integration>();
  readonly #idsByNumber = new Map<string, string>();
  readonly #lags: Lags;

  constructor(sequence: Sequence, lags: Lags) {
    this.#sequence = sequence;
    this.#lags = lags;
  }

  all(): Integration[] {
    return [...this.#records.values()];
  }

  /** The current state, regardless of stale reads. */
  current(externalId: string): Integration | undefined {
    return this.#records.get(externalId);
  }

  /** The record that a read returns. Counts as one read. */
  read(externalId: string): Integration | undefined {
    const lag = this.#lags.spend(externalId);
    return lag ? lag.seen : this.#records.get(externalId);
  }

  /** The external business ID of an integration ID, even after its deletion. */
  externalIdOf(number: string): string | undefined {
    return this.#idsByNumber.get(number);
  }

  /** The record that a read by integration ID returns. Counts as one read of the integration. */
  readByNumber(number: string): Integration | undefined {
    const externalId = this.externalIdOf(number);
    const record = externalId === undefined ? undefined : this.read(externalId);
    // A later integration with the same external business ID has another integration ID.
    return record?.id === number ? record : undefined;
  }

  /** The records that a list returns, the oldest first. Counts as one read of each integration of the owner. */
  readAll(owner: string): Integration[] {
    const lags = this.#lags.all();
    if (lags.length === 0) return this.all().filter((record) => record.connected_user_id === owner);
    const seen = new Map(this.#records);
    for (const { externalId, seen: before } of lags) {
      const affected = before ?? this.#records.get(externalId);
      if (affected?.connected_user_id !== owner) continue;
      if (before) seen.set(externalId, before);
      else seen.delete(externalId);
      this.#lags.spend(externalId);
    }
    return [...seen.values()]
      .filter((record) => record.connected_user_id === owner)
      .sort((one, other) => one.created_timestamp - other.created_timestamp);
  }

  insert(owner: string, externalId: string, fields: IntegrationFields, lag = NO_DELAY): Integration {
    const time = this.#sequence.writeTime();
    return this.#put(
      {
        id: this.#sequence.integrationId(),
        external_business_id: externalId,
        connected_user_id: owner,
        ...UNSET_FIELDS,
        ...onlyFields(fields),
        created_timestamp: time,
        updated_timestamp: time,
      },
      lag,
    );
  }

  change(record: Integration, fields: IntegrationFields, lag = NO_DELAY): Integration {
    const updated_timestamp = this.#sequence.writeTime();
    return this.#put({ ...record, ...onlyFields(fields), updated_timestamp }, lag);
  }

  give(record: Integration, owner: string): Integration {
    return this.#put(
      { ...record, connected_user_id: owner, updated_timestamp: this.#sequence.writeTime() },
      NO_DELAY,
    );
  }

  delete(externalId: string, lag = NO_DELAY): void {
    this.#lags.delay(externalId, this.current(externalId), lag);
    this.#records.delete(externalId);
  }

  #put(record: Integration, lag: Delay): Integration {
    const { external_business_id: externalId } = record;
    this.#lags.delay(externalId, this.current(externalId), lag);
    this.#records.set(externalId, record);
    this.#idsByNumber.set(record.id, externalId);
    return record;
  }
}

type GivenFields = { [F in FieldName]?: Integration[F] };

function onlyFields(fields: IntegrationFields): GivenFields {
  const given = FIELD_NAMES.filter((name) => fields[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, fields[name]])) as GivenFields;
}
