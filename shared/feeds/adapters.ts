import type { Adapter } from './adapter.ts';
import { classLink } from './classlink/read.ts';
import { oneRosterCsv } from './oneroster-csv/read.ts';
import { oneRosterRest } from './oneroster-rest/read.ts';

export const adapters: readonly Adapter[] = [oneRosterCsv, oneRosterRest, classLink];
