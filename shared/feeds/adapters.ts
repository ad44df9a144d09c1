import type { Adapter } from './adapter.ts';
import { cleverApi } from './clever-api/read.ts';
import { oneRosterCsv } from './oneroster-csv/read.ts';

export const adapters: readonly Adapter[] = [oneRosterCsv, cleverApi];
