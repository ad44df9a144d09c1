import { RequestError } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import type { KeptAccount } from '../../shared/store/accounts.ts';
import type { Deps } from './deps.ts';
import { mayAdminister } from './takeovers.ts';

type Request = Parameters<Handlers<'manage-accounts'>['listAccounts']>[0];
type Found = { items: KeptAccount[]; cursor?: string };

/** By a name or a person all at once; each of the filters has to fit. */
export async function findAccounts(accounts: Deps['accounts'], request: Request): Promise<Found> {
  const { district } = request.params;
  const { user, username, email, limit, cursor } = request.query;
  const seesAll = await maySeeAll(request);
  const found: KeptAccount[][] = [];
  if (user !== undefined) found.push(await accounts.ofUser(district, user));
  for (const [kind, name] of Object.entries({ username, email } as const)) {
    if (name === undefined) continue;
    const one = await accounts.named(district, kind === 'email' ? 'email' : 'username', name);
    found.push(one === undefined ? [] : [one]);
  }
  const [first, ...others] = found;
  if (first === undefined) {
    if (!seesAll) throw notAll();
    return accounts.list(district, { limit, cursor });
  }
  const items = first.filter((one) => others.every(isIn(one)));
  return { items: seesAll ? items : await editable(request, items) };
}

/** Whoever administers users. */
async function maySeeAll({ allows, params: { district } }: Request): Promise<boolean> {
  return (
    (await mayAdminister(allows, district)) || allows('pcr:user.create', { type: 'district', id: district })
  );
}

/** Whoever may edit some users finds those by their names; nobody learns of others that they are there. */
async function editable({ allows }: Request, items: readonly KeptAccount[]): Promise<KeptAccount[]> {
  const may = await Promise.all(
    items.map(({ account }) => allows('pcr:user.edit', { type: 'user', id: account.id })),
  );
  return items.filter((_, at) => may[at]);
}

function isIn({ account }: KeptAccount) {
  return (list: readonly KeptAccount[]) => list.some((one) => one.account.id === account.id);
}

function notAll(): RequestError {
  const message = 'The list is for whoever administers users; name a user, username or e-mail to find one.';
  return new RequestError('forbidden', 'not-permitted', message);
}
