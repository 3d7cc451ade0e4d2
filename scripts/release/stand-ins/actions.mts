import { cpSync } from "node:fs";
import { join } from "node:path";

export interface ActionDirectories {
  /** The artifacts of the run. */
  readonly artifacts: string;
  /** The files of PyPI. */
  readonly pypi: string;
}

/** Stand-ins for the actions of release.yml that move files. Other actions do nothing. @param job the directory of the job */
export function actionStandIns(job: string, { artifacts, pypi }: ActionDirectories) {
  const copy = (from: string, to: string) => cpSync(from, to, { recursive: true });
  return (action: string, inputs: Readonly<Record<string, string>>): void => {
    const { name = "", path = "", "packages-dir": packages = "" } = inputs;
    switch (action) {
      case "actions/upload-artifact":
        copy(join(job, path), join(artifacts, name));
        break;
      case "actions/download-artifact":
        copy(join(artifacts, name), join(job, path));
        break;
      case "pypa/gh-action-pypi-publish":
        copy(join(job, packages), pypi);
        break;
    }
  };
}
