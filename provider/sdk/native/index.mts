// The same module for programs that are ES modules: one copy of every class, whichever way it is loaded.
export * from "./index.js";
