import { jest } from "@jest/globals";

// The timeout stops only tests that hang, because child processes and engines can be slow on a busy machine.
jest.setTimeout(300_000);
