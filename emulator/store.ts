import { type FieldName, type Integration, type IntegrationFields, unsetFields, wireNames } from "./fields";

interface Lag {
  /** State before the write. Undefined if the integration did not exist. */
  readonly before: Integration | undefined;
  /** Number of reads that still return it. */
  reads: number;
}

/**
 * The integrations of all accounts, by external business ID, in the order of creation. Records are immutable. Writes with a `readLag` make
 * that number of reads stale.
 */
export class IntegrationStore {
  private readonly seed: bigint;
  private readonly records = new Map<string, Integration>();
  private readonly externalIds = new Map<string, string>();
  private readonly lags = new Map<string, Lag>();
  private created = 0n;
  private lastWrite = 0;

  /** @param seed Selects the integration IDs. */
  constructor(
    seed: number,
    private readonly now: () => number,
  ) {
    this.seed = BigInt(seed) * 1_000_000_000n;
  }

  all(): Integration[] {
    return [...this.records.values()];
  }

  /** The present state of an integration. */
  current(externalId: string): Integration | undefined {
    return this.records.get(externalId);
  }

  /** Reads an integration. The result can be stale. */
  read(externalId: string): Integration | undefined {
    const lag = this.countRead(externalId);
    return lag ? lag.before : this.current(externalId);
  }

  /** The external business ID of an integration ID, also after its deletion. */
  externalIdOf(integrationId: string): string | undefined {
    return this.externalIds.get(integrationId);
  }

  /** Reads an integration by its integration ID. The result can be stale. */
  readById(integrationId: string): Integration | undefined {
    const externalId = this.externalIdOf(integrationId);
    const record = externalId === undefined ? undefined : this.read(externalId);
    // The external business ID may belong to a later integration.
    return record?.id === integrationId ? record : undefined;
  }

  /** Reads all integrations of an owner, the oldest first. Stale ones count as read. */
  readAll(owner: string): Integration[] {
    const ofOwner = (record: Integration) => record.connected_user_id === owner;
    if (this.lags.size === 0) return this.all().filter(ofOwner);
    const visible = new Map(this.records);
    for (const [externalId, { before }] of [...this.lags]) {
      const affected = before ?? this.current(externalId);
      if (!affected || !ofOwner(affected)) continue;
      if (before) visible.set(externalId, before);
      else visible.delete(externalId);
      this.countRead(externalId);
    }
    return [...visible.values()]
      .filter(ofOwner)
      .sort((one, other) => one.created_timestamp - other.created_timestamp);
  }

  insert(owner: string, externalId: string, fields: IntegrationFields, readLag = 0): Integration {
    const time = this.writeTime();
    this.created += 1n;
    // 19 digits and odd, so that a program that converts it to a JavaScript number gets another ID.
    const id = String(7_300_000_000_000_000_001n + this.seed + 2n * this.created);
    this.externalIds.set(id, externalId);
    const record = {
      id,
      external_business_id: externalId,
      connected_user_id: owner,
      ...unsetFields,
      ...givenFields(fields),
      created_timestamp: time,
      updated_timestamp: time,
    };
    return this.put(record, readLag);
  }

  /** Changes fields, and the owner if it is given. */
  change(
    record: Integration,
    fields: IntegrationFields,
    { owner = record.connected_user_id, readLag = 0 } = {},
  ): Integration {
    const updated_timestamp = this.writeTime();
    const changed = { ...record, ...givenFields(fields), connected_user_id: owner, updated_timestamp };
    return this.put(changed, readLag);
  }

  delete(externalId: string, readLag = 0): void {
    this.delayReads(externalId, readLag);
    this.records.delete(externalId);
  }

  private put(record: Integration, readLag: number): Integration {
    this.delayReads(record.external_business_id, readLag);
    this.records.set(record.external_business_id, record);
    return record;
  }

  /** Makes the next reads of an integration return the result of a read before the write. */
  private delayReads(externalId: string, reads: number): void {
    const lag = this.lags.get(externalId);
    const before = lag ? lag.before : this.current(externalId);
    if (reads === 0) this.lags.delete(externalId);
    else this.lags.set(externalId, { before, reads });
  }

  private countRead(externalId: string): Lag | undefined {
    const lag = this.lags.get(externalId);
    if (!lag) return undefined;
    lag.reads -= 1;
    if (lag.reads === 0) this.lags.delete(externalId);
    return lag;
  }

  /** Milliseconds since 1970: whole seconds, as Pinterest has them, and later than all before. */
  private writeTime(): number {
    const second = Math.floor(this.now() / 1000) * 1000;
    this.lastWrite = Math.max(second, this.lastWrite + 1000);
    return this.lastWrite;
  }
}

function givenFields(fields: IntegrationFields): { [F in FieldName]?: Integration[F] } {
  const given = wireNames.filter((name) => fields[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, fields[name]]));
}
