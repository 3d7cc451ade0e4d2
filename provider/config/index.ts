export * from "./account-source";
export * from "./accounts";
export * from "./clients";
export * from "./configuration";
export * from "./expiries";
export * from "./host";
export * from "./keys";
export * from "./vocabulary";
