import { type PlannedImport, partnerSecretsKey, partnerSecretsOf } from "../../../../cli/import/plan";

/** A resource that a program declared. */
export interface DeclaredResource {
  readonly name: string;
  readonly args: Record<string, unknown>;
  readonly options: unknown;
}

/**
 * Runs the source of a CommonJS program without the engine, with the secrets of `plans` in its configuration. Outputs are plain values.
 *
 * @returns the resources that the program declares
 */
export function runProgram(source: string, plans: readonly PlannedImport[]): DeclaredResource[] {
  const declared: DeclaredResource[] = [];
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
  new Function("require", source)((path: string) => modules[path]);
  return declared;
}

function configWith(secrets: string | undefined) {
  return class {
    requireSecretObject(key: string) {
      if (key !== partnerSecretsKey || secrets === undefined) {
        throw new Error(`no configuration ${key}`);
      }
      const value: unknown = JSON.parse(secrets);
      return { apply: <T>(use: (value: unknown) => T) => use(value) };
    }
  };
}
