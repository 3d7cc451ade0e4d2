import { jest } from "@jest/globals";

// One engine command takes some two seconds on an idle machine of two cores; this only ends what hangs.
jest.setTimeout(300_000);
