#!/usr/bin/env node
import { guard } from "./guard";

void guard(process.argv.slice(2)).then((code) => process.exit(code));
