import * as jest from "@jest/globals";
import { noPostgres, programsOfPostgres } from "./postgres";

const isHere = programsOfPostgres() !== undefined;

if (!isHere) process.stderr.write(`${jest.expect.getState().testPath} is skipped: ${noPostgres}\n`);

/** Jest's own where PostgreSQL is to be had; elsewhere tests are skipped, with the reason printed, and what prepares them does nothing. */
export const test = isHere ? jest.test : jest.test.skip;
export const beforeAll = isHere ? jest.beforeAll : () => {};
export const beforeEach = isHere ? jest.beforeEach : () => {};
export const afterAll = isHere ? jest.afterAll : () => {};
export const afterEach = isHere ? jest.afterEach : () => {};
