import {
  FIELD_NAMES,
  type FieldName,
  type Integration,
  type IntegrationFields,
  UNSET_FIELDS,
} from "./fields";
import type { Sequence } from "./sequence";

interface Lag {
  /** What readers see until the lag is over; undefined is nothing. */
  readonly seen: Integration | undefined;
  reads: number;
}

/**
 * The integrations of all accounts, by external business id. Records are never changed in place, so whoever was
 * given one keeps what it was. Iteration is in the order of creation.
 */
export class IntegrationStore {
  readonly #sequence: Sequence;
  readonly #records = new Map<string, Integration>();
  readonly #idsByNumber = new Map<string, string>();
  readonly #lags = new Map<string, Lag>();

  constructor(sequence: Sequence) {
    this.#sequence = sequence;
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
    const lag = this.#lags.get(externalId);
    if (!lag) return this.#records.get(externalId);
    this.#spend(externalId, lag);
    return lag.seen;
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
    if (this.#lags.size === 0) return this.all().filter((record) => record.connected_user_id === owner);
    const seen = new Map(this.#records);
    for (const [externalId, lag] of [...this.#lags]) {
      const affected = lag.seen ?? this.#records.get(externalId);
      if (affected?.connected_user_id !== owner) continue;
      if (lag.seen) seen.set(externalId, lag.seen);
      else seen.delete(externalId);
      this.#spend(externalId, lag);
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
    this.#delay(externalId, lag);
    this.#records.delete(externalId);
  }

  #put(record: Integration, lag: number): Integration {
    this.#delay(record.external_business_id, lag);
    this.#records.set(record.external_business_id, record);
    this.#idsByNumber.set(record.id, record.external_business_id);
    return record;
  }

  #delay(externalId: string, reads: number): void {
    const lag = this.#lags.get(externalId);
    if (reads === 0) this.#lags.delete(externalId);
    else if (lag) lag.reads = reads;
    else this.#lags.set(externalId, { seen: this.#records.get(externalId), reads });
  }

  #spend(externalId: string, lag: Lag): void {
    lag.reads -= 1;
    if (lag.reads === 0) this.#lags.delete(externalId);
  }
}

type GivenFields = { [F in FieldName]?: Integration[F] };

function onlyFields(fields: IntegrationFields): GivenFields {
  const given = FIELD_NAMES.filter((name) => fields[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, fields[name]])) as GivenFields;
}
