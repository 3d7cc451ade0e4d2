import {
  FIELD_NAMES,
  type FieldName,
  type Integration,
  type IntegrationFields,
  UNSET_FIELDS,
} from "./fields";
import type { Lags } from "./lags";
import type { Sequence } from "./sequence";

/**
 * The integrations of all accounts, by external business id. Records are never changed in place, so whoever was
 * given one keeps what it was. Iteration is in the order of creation.
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

  /** What is held now, whatever readers still see. */
  current(externalId: string): Integration | undefined {
    return this.#records.get(externalId);
  }

  /** What a reader sees; counts as one read. */
  read(externalId: string): Integration | undefined {
    const lag = this.#lags.spend(externalId);
    return lag ? lag.seen : this.#records.get(externalId);
  }

  /** The external id of the integration that Pinterest's number was given to, be it deleted since. */
  externalIdOf(number: string): string | undefined {
    return this.#idsByNumber.get(number);
  }

  /** What a reader sees who asks by number; counts as one read of the integration. */
  readByNumber(number: string): Integration | undefined {
    const externalId = this.externalIdOf(number);
    const record = externalId === undefined ? undefined : this.read(externalId);
    // Under the same external id there may be a later integration of another number.
    return record?.id === number ? record : undefined;
  }

  /** What a reader of a whole list sees, oldest first; counts as one read of each integration of the owner. */
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

  insert(owner: string, externalId: string, fields: IntegrationFields, lag = 0): Integration {
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

  change(record: Integration, fields: IntegrationFields, lag = 0): Integration {
    const updated_timestamp = this.#sequence.writeTime();
    return this.#put({ ...record, ...onlyFields(fields), updated_timestamp }, lag);
  }

  give(record: Integration, owner: string): Integration {
    return this.#put(
      { ...record, connected_user_id: owner, updated_timestamp: this.#sequence.writeTime() },
      0,
    );
  }

  delete(externalId: string, lag = 0): void {
    this.#lags.delay(externalId, this.current(externalId), lag);
    this.#records.delete(externalId);
  }

  #put(record: Integration, lag: number): Integration {
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
