import { secretFieldNames } from "../api/fields";
import { providerKey } from "../dynamic/constant";
import { createIntegration } from "../lifecycle/create";
import { deleteIntegration } from "../lifecycle/delete";
import { previewCreate, previewUpdate } from "../lifecycle/diff";
import { importIntegration } from "../lifecycle/import";
import { type Bag, lookupKey, managedKey, partialState, secretsAmong } from "../lifecycle/outputs";
import { updateIntegration } from "../lifecycle/update";
import type { Integrations } from "../runtime/integrations";
import { partialCallError } from "./call-error";
import { differenceOf } from "./difference";
import { importPlace } from "./import-id";
import { encode, type Properties } from "./property-values";
import type { Difference, Known, PluginResource } from "./resource";
import type { Struct } from "./sdk-libraries";
import { UniquePlaces } from "./unique-places";

/** Commerce integrations as the plugin protocol has them. */
export class CommerceIntegrations implements PluginResource {
  private readonly places = new UniquePlaces();

  /** @param providerName the explicit provider's name; undefined for a default provider. */
  constructor(
    private readonly integrations: Integrations,
    private readonly providerName: string | undefined,
    private readonly isAccount: (name: string) => boolean,
  ) {}

  get refreshBeforeUpdate(): boolean {
    return this.integrations.refreshBeforeUpdate;
  }

  async check(
    urn: string,
    olds: Properties,
    news: Properties,
  ): Promise<{ inputs: Struct; problems: string[] }> {
    const { providerName } = this;
    // An input of its own, so that the move to another provider is an update, which asks whether it may be.
    const given = { ...news.values, ...(providerName === undefined ? {} : { providerName }) };
    const { inputs, problems } = await this.integrations.check(olds.values, given);
    const double = problems.length === 0 ? this.places.problemWith(urn, inputs) : undefined;
    return {
      inputs: encode(inputs, [...news.secrets, ...secretFieldNames]),
      problems: double === undefined ? problems : [double],
    };
  }

  diff(id: string, { inputs, state }: Known, news: Properties): Difference {
    const { replaces } = this.integrations.diff(id, state?.values ?? {}, news.values);
    return {
      changes: differenceOf(inputs?.values ?? {}, news.values),
      replaces,
      stables: ["integrationId", "connectedUserId", "createdTimestamp"],
    };
  }

  async create(inputs: Properties, preview: boolean): Promise<{ id: string; outputs: Struct }> {
    if (preview) {
      // Not its id, although that is known: a program's lookups of it would then ask Pinterest before it is there.
      const outputs = previewCreate(inputs.values);
      return { id: "", outputs: outputsOf(outputs, inputs.secrets) };
    }
    const { id, outputs } = await this.writing(inputs, () =>
      createIntegration(inputs.values, this.integrations.session),
    );
    return { id, outputs: outputsOf(outputs, inputs.secrets) };
  }

  async read(
    id: string,
    { inputs, state }: Known,
  ): Promise<{ id: string; outputs: Struct; inputs: Struct } | undefined> {
    const secrets = new Set([...(inputs?.secrets ?? []), ...(state?.secrets ?? [])]);
    if (state === undefined) {
      const { providerName } = this;
      const place = importPlace(id, this.isAccount);
      const found = await importIntegration(
        { ...place, ...(providerName === undefined ? {} : { providerName }) },
        this.integrations.session,
      );
      return found && { id: place.externalBusinessId, ...answerOf(found, secrets) };
    }
    // State of a dynamic resource, which came here by an alias, may lack the record, but never the provider's text.
    const isLookup = !(managedKey in state.values) && !(providerKey in state.values);
    const found = await this.integrations.read(
      id,
      isLookup ? { ...state.values, [lookupKey]: true } : state.values,
    );
    return found && { id, ...answerOf(found, secrets) };
  }

  async update(id: string, olds: Properties, inputs: Properties, preview: boolean): Promise<Struct> {
    const outputs = preview
      ? previewUpdate(olds.values, inputs.values)
      : await this.writing(inputs, () =>
          updateIntegration(id, olds.values, inputs.values, this.integrations.session),
        );
    return outputsOf(outputs, inputs.secrets);
  }

  delete(id: string, olds: Properties): Promise<void> {
    return deleteIntegration(id, olds.values, this.integrations.session);
  }

  /** Runs a write; of one that failed halfway the engine is told what remains. */
  private async writing<T>(inputs: Properties, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const partial = partialState(error);
      if (partial === undefined) throw error;
      const { refreshBeforeUpdate } = this;
      const outputs = outputsOf(partial.outputs, inputs.secrets);
      throw partialCallError(error as Error, { id: partial.id, outputs, refreshBeforeUpdate });
    }
  }
}

function outputsOf(outputs: Bag, secrets: Iterable<string>): Struct {
  return encode(outputs, [...secrets, ...secretsAmong(outputs)]);
}

function answerOf({ outputs, inputs }: { outputs: Bag; inputs: Bag }, secrets: Iterable<string>) {
  return {
    outputs: outputsOf(outputs, secrets),
    inputs: encode(inputs, [...secrets, ...secretFieldNames]),
  };
}
