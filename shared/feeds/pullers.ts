import type { pulledFormats } from '../roster/feed-reading.ts';
import { pullClassLink } from './classlink/pull.ts';
import { pullClever } from './clever-api/pull.ts';
import { pullOneRosterRest } from './oneroster-rest/pull.ts';
import type { Puller } from './pulling.ts';

export type KnownPuller = {
  format: (typeof pulledFormats)[number];
  pull: Puller;
  /** Servers of the vendor that are asked beside the one that the feed names, as `https://login.example.org`. */
  origins?: readonly string[];
};

export const pullers: readonly KnownPuller[] = [
  { format: 'oneroster-rest', pull: pullOneRosterRest },
  { format: 'classlink', pull: pullClassLink },
  { format: 'clever-api', pull: pullClever, origins: ['https://clever.com'] },
];
