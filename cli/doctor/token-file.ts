import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { CredentialsError } from "../../provider/api/credentials";
import { parseTokenFile } from "../../provider/api/credentials/token-file";
import { assertPrivate, privatePath } from "../../provider/api/files";
import { counted } from "../text/counted";
import { type Check, failure, ok } from "./check";

/** The file that keeps renewed tokens, as it is: nothing is made or changed. */
export function checkTokenFile(configured: string): Check {
  const path = privatePath(configured);
  try {
    if (!existsSync(dirname(path))) return ok("token-file", `${path} is not there yet, nor is its directory`);
    assertPrivate(path);
    if (!existsSync(path)) return ok("token-file", `${path} is not there yet`);
    const count = Object.keys(parseTokenFile(readFileSync(path, "utf8"))).length;
    return ok("token-file", `${path} keeps the tokens of ${counted(count, "refresh token")}`);
  } catch (error) {
    const { summary, remedy } =
      error instanceof CredentialsError ? error : new CredentialsError((error as Error).message);
    return failure(
      "token-file",
      `cannot use ${path}: ${summary}`,
      remedy === "" ? "Check the file and its directory." : `${remedy}.`,
    );
  }
}
