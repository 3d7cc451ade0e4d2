import type { PlannedImport } from "../../../../provider/cli/import/plan";
import { type PartnerSecrets, partnerSecretsOf } from "../../../../provider/cli/import/secrets-config";

/** A resource that a program declared. */
export interface Declared {
  readonly name: string;
  readonly args: Record<string, unknown>;
  readonly options: unknown;
}

/**
 * Runs a CommonJS program's text in place of the engine, with the secrets of these plans in its configuration. An output is its value.
 */
export function runProgram(text: string, plans: readonly PlannedImport[]): Declared[] {
  const declared: Declared[] = [];
  const modules: Record<string, unknown> = {
    "@pulumi/pulumi": { Config: configWith(partnerSecretsOf(plans)) },
    "pulumi-pinterest": {
      CommerceIntegration: class {
        constructor(name: string, args: Record<string, unknown>, options: unknown) {
          declared.push({ name, args, options });
        }
      },
    },
  };
  new Function("require", text)((path: string) => modules[path]);
  return declared;
}

function configWith(secrets: PartnerSecrets | undefined) {
  return class {
    requireSecretObject(key: string) {
      if (key !== secrets?.key) {
        throw new Error(`no configuration ${key}`);
      }
      const value: unknown = JSON.parse(secrets.value);
      return { apply: <T>(use: (value: unknown) => T) => use(value) };
    }
  };
}
