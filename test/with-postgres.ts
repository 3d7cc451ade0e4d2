import * as jest from "@jest/globals";
import { noPostgres, programsOfPostgres } from "./postgres";

const isInstalled = programsOfPostgres() !== undefined;

if (!isInstalled) process.stderr.write(`${jest.expect.getState().testPath} is skipped: ${noPostgres}\n`);

/** Jest's functions. If PostgreSQL is missing, prints the reason, skips the tests, and does not run their hooks. */
export const test = isInstalled ? jest.test : jest.test.skip;
export const beforeAll = isInstalled ? jest.beforeAll : () => {};
export const beforeEach = isInstalled ? jest.beforeEach : () => {};
export const afterAll = isInstalled ? jest.afterAll : () => {};
export const afterEach = isInstalled ? jest.afterEach : () => {};
