import type { ApiClient } from '../../cli/client.ts';
import { districtPath } from '../../cli/connection.ts';
import { ApiRefused } from '../../cli/failures.ts';
import { keepPeople, type Person } from './people.ts';

type Wanted = {
  /** Id in the roster. */
  user: string;
  /** As people call it, its system first. */
  role: string;
  /** Of the account itself; others have theirs from the roster. */
  roles?: string[];
  /** At an account of nsc, which is an org. */
  ftpAt?: string;
};

/** One of each kind of people that the source documents tell of. */
const wantedPeople: Wanted[] = [
  { user: 'dad-001', role: 'hmh district_data_admin' },
  { user: 'sad-001', role: 'hmh school_admin' },
  { user: 'tch-00001', role: 'hmh teacher' },
  { user: 'prn-001', role: 'nsc ftp', ftpAt: 'sch-001' },
  { user: 'sys-001', role: 'pcr security_full', roles: ['security_full'] },
  { user: 'par-00001', role: 'pcr parent' },
];

type User = { givenName: string; familyName: string };
type Account = { id: string; username: string };
type Request = { id: string; user: string };

/**
 * Accounts for some people of the district's roster, approved; those that a start before made stay as they are.
 * @returns their roles, to be told
 */
export async function makePeople(client: ApiClient, district: string, dataDir: string): Promise<string> {
  const people: Person[] = [];
  for (const wanted of wantedPeople) {
    const { givenName, familyName } = await client.get<User>(districtPath(district, 'users', wanted.user));
    const account = await accountFor(client, district, wanted);
    await confirmRoles(client, district, wanted.user);
    people.push({ name: `${givenName} ${familyName}`, role: wanted.role, district, account });
  }
  keepPeople(dataDir, people);
  await askForReport(client, district);
  return people.map(({ role }) => role).join(', ');
}

/** So that whoever fetches reports of the school finds one. */
async function askForReport(client: ApiClient, district: string): Promise<void> {
  await client.post(districtPath(district, 'reports'), { kind: 'roster', account: 'sch-001' });
}

/** Privileged roles that the roster asks for wait for somebody to say yes. */
async function confirmRoles(client: ApiClient, district: string, user: string): Promise<void> {
  for await (const request of client.list<Request>(districtPath(district, 'requests'), { limit: 1000 })) {
    if (request.user !== user) continue;
    await client.post(districtPath(district, 'requests', request.id, 'confirmation'));
  }
}

async function accountFor(client: ApiClient, district: string, wanted: Wanted): Promise<string> {
  const { user, roles = [], ftpAt } = wanted;
  const username = user.replace('-', '.');
  const accounts = districtPath(district, 'accounts');
  const webId = ftpAt === undefined ? {} : { webId: `w${user.replace(/\D/g, '')}`.slice(0, 9) };
  const body = { username, email: `${username}@riverbend.example`, user, roles, approved: true, ...webId };
  try {
    const { id } = await client.post<Account>(accounts, body);
    if (ftpAt !== undefined) {
      const scope = { type: 'account', ids: [ftpAt] };
      await client.post(districtPath(district, 'assignments'), {
        user: id,
        system: 'nsc',
        role: 'ftp',
        scope,
      });
    }
    return id;
  } catch (error) {
    if (!(error instanceof ApiRefused) || error.problem.status !== 409) throw error;
    const { items } = await client.get<{ items: Account[] }>(accounts, { username });
    const [found] = items;
    if (found === undefined) throw error;
    return found.id;
  }
}
