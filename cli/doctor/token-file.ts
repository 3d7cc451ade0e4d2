import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { CredentialsError } from "../../provider/api/credentials";
import { parseTokenFile } from "../../provider/api/credentials/token-file";
import { assertPrivate, privatePath } from "../../provider/api/files";
import { counted } from "../text/counted";
import { type Check, failure, ok } from "./check";

/** Checks the token file without changing it. */
export function checkTokenFile(configured: string): Check {
  const path = privatePath(configured);
  try {
    if (!existsSync(dirname(path))) return ok("token-file", `${path} and its directory do not exist yet`);
    assertPrivate(path);
    if (!existsSync(path)) return ok("token-file", `${path} does not exist yet`);
    const count = Object.keys(parseTokenFile(readFileSync(path, "utf8"))).length;
    return ok("token-file", `${path} has the tokens of ${counted(count, "refresh token")}`);
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
