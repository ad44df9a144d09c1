import { join } from 'node:path';
import type { LocalOptions } from '../../../infra/local/stack.ts';
import { synthesizeRolebook } from '../../../infra/local/synthesize.ts';

const here = import.meta.dirname;
const feeds = join(here, '../../../shared/feeds');

/** A stack that pulls from the tiny API, on this machine, and reads what it gives. */
export const withTinyApi = {
  loopbackVendors: true,
  synthesize: (cache) =>
    synthesizeRolebook(cache, {
      replaced: {
        [join(feeds, 'pullers.ts')]: join(here, 'pullers.ts'),
        [join(feeds, 'adapters.ts')]: join(here, 'adapters.ts'),
      },
    }),
} satisfies LocalOptions;
