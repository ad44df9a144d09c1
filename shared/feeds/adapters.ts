import type { Adapter } from './adapter.ts';
import { canvasCsv } from './canvas-csv/read.ts';
import { classLink } from './classlink/read.ts';
import { cleverApi } from './clever-api/read.ts';
import { cleverCsv } from './clever-csv/read.ts';
import { oneRosterCsv } from './oneroster-csv/read.ts';
import { oneRosterRest } from './oneroster-rest/read.ts';
import { sdsCsv } from './sds-csv/read.ts';
import { sisCsv } from './sis-csv/read.ts';

export const adapters: readonly Adapter[] = [
  oneRosterCsv,
  oneRosterRest,
  classLink,
  cleverCsv,
  cleverApi,
  sdsCsv,
  canvasCsv,
  sisCsv,
];
