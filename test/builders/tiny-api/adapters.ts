import type { Adapter } from '../../../shared/feeds/adapter.ts';
import { convert, type Maker } from '../../../shared/feeds/as-oneroster/convert.ts';
import { oneRosterCsv } from '../../../shared/feeds/oneroster-csv/read.ts';
import type { TinyPerson } from './server.ts';

const people = { kind: 'jsonl', name: 'people.jsonl' } as const;
const only = { orgSourcedId: 's1' };
let isSchoolMade = false;

const makers: Maker[] = [
  {
    table: 'orgs',
    source: people,
    *make() {
      if (isSchoolMade) return;
      isSchoolMade = true;
      yield { sourcedId: 's1', name: 'South', type: 'school' };
    },
  },
  {
    table: 'users',
    source: people,
    *make({ item }) {
      const { id, given, family } = item as TinyPerson;
      yield { sourcedId: id, enabledUser: 'true', username: id, givenName: given, familyName: family };
    },
  },
  {
    table: 'roles',
    source: people,
    *make({ item }) {
      yield { userSourcedId: (item as TinyPerson).id, roleType: 'primary', role: 'teacher', ...only };
    },
  },
];

const tiny: Adapter = {
  format: 'oneroster-rest',
  recognises: (heads) => heads.some(({ name }) => name === 'pull.jsonl'),
  open: async (files, { include, limits }) => {
    isSchoolMade = false;
    const entityOf = { 'people.jsonl': 'users' } as const;
    const complete = new Set<'orgs' | 'users'>();
    return convert({ format: 'tiny', makers, files, complete, entityOf, mode: 'delta', include, limits });
  },
};

/** In place of `shared/feeds/adapters.ts`. */
export const adapters: readonly Adapter[] = [oneRosterCsv, tiny];
