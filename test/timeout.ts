import { jest } from "@jest/globals";

// Only what hangs is to be ended: child processes and engines take their time on a machine that does other things as well.
jest.setTimeout(300_000);
