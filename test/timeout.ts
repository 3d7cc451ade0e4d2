import { jest } from "@jest/globals";

// The timeout stops only tests that hang. Child processes and engines can be slow on a busy machine, and the first build of a tool that a test
// needs, such as Pulumi's generators, takes minutes.
jest.setTimeout(1_200_000);
