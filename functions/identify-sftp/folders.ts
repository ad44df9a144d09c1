import type { Person } from '../../shared/access/facts.ts';
import { folderPrefix } from '../../shared/reports/exchange-keys.ts';
import { type Amount, leftIn } from '../../shared/reports/quota.ts';
import type { Folder } from '../../shared/reports/report.ts';
import type { Allow } from '../../shared/runtime/decide.ts';
import type { ReportQuotas } from '../../shared/store/report-quotas.ts';

/** `prefix`: of keys in the bucket; `left`: of its account's quota, of a folder that is written to. */
export type PersonFolder = {
  path: string;
  prefix: string;
  folder: Folder;
  account: string;
  left?: Amount | undefined;
};

/** Of one person; each is four questions. */
const mostAccounts = 100;

/** What is needed of an account besides `nsc:ftp.login`, for each of its folders. */
const needed: Record<Folder, string> = {
  upload: 'nsc:ftp.upload_file',
  receive: 'nsc:ftp.download_report',
  test: 'nsc:test_file.upload',
};

/** The folders of all accounts where the person holds what it takes, by account. */
export async function foldersOf(allow: Allow, district: string, person: Person): Promise<PersonFolder[]> {
  const accounts = accountsOf(person);
  // Questions in the order of `asked`: entering first, then the folders.
  const actions = ['nsc:ftp.login', ...Object.values(needed)];
  const allowed = await allow(
    district,
    accounts.flatMap((id) =>
      actions.map((name) => ({
        subject: { type: 'user', id: person.id },
        action: { name },
        resource: { type: 'account', id },
      })),
    ),
  );
  // The keys of a record of ours.
  const folders = Object.keys(needed) as Folder[];
  const found = accounts.map((account, at) => {
    const [mayEnter = false, ...may] = allowed.slice(at * actions.length, (at + 1) * actions.length);
    return { account, folders: mayEnter ? folders.filter((_, index) => may[index]) : [] };
  });
  const open = found.filter((one) => one.folders.length > 0);
  const own = open.flatMap(({ account, folders: some }) =>
    some.map((folder) => ({
      path: `/${encodeURIComponent(account)}/${folder}`,
      prefix: folderPrefix(district, account, folder),
      ...{ folder, account },
    })),
  );
  return open.length === 1 ? [...atRoot(own), ...own] : own;
}

/** The same folders, with what there is room for in those that are written to. */
export async function withRoom(
  quotas: Pick<ReportQuotas, 'rooms'>,
  district: string,
  folders: readonly PersonFolder[],
): Promise<PersonFolder[]> {
  const accounts = [...new Set(folders.map(({ account }) => account))];
  const rooms = await quotas.rooms(district, accounts);
  const left = new Map(accounts.map((account, at) => [account, rooms[at]]));
  return folders.map((one) => {
    const room = left.get(one.account);
    return one.folder === 'receive' || room === undefined ? one : { ...one, left: leftIn(room) };
  });
}

/** With one account nobody has to know what it is called, unless it is called as a folder is. */
function atRoot(own: readonly PersonFolder[]): PersonFolder[] {
  const short = own.map((one) => ({ ...one, path: `/${one.folder}` }));
  const isTaken = own.some(({ path }) => short.some((one) => path.startsWith(`${one.path}/`)));
  return isTaken ? [] : short;
}

/** Where the person holds any role of the system: whether it is effective, and what it grants, the catalogue says. */
function accountsOf({ manual, roster }: Person): string[] {
  const ids = [...manual, ...(roster?.assignments ?? [])]
    .filter(({ system, scope }) => system === 'nsc' && scope.type === 'account')
    .flatMap(({ scope }) => scope.ids);
  // No path can have these as a name.
  const named = [...new Set(ids)].filter((id) => id !== '.' && id !== '..');
  return named.toSorted().slice(0, mostAccounts);
}
