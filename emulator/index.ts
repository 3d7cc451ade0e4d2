export type { Account, AccountSettings, Scope } from "./accounts";
export type { Ownership, Seeding } from "./administration";
export type { Operation } from "./call";
export { type Emulator, type EmulatorOptions, startEmulator } from "./emulator";
export type { ArmedFault, Fault, FaultAction, FaultMatch } from "./faults";
export type { FieldName, Integration, IntegrationFields } from "./fields";
export type { Listener } from "./hooks";
export type { Counters, RequestEntry } from "./journal";
export type { Switches } from "./switches";
