import type { Account } from '../../shared/accounts/account.ts';
import { asJson, asPlain, type Personal, type Plain } from '../../shared/audit/line.ts';

type Told = { before?: Plain; after?: Plain; personal: Personal };

/** Members that tell who somebody is. */
const naming: readonly string[] = ['username', 'email', 'webId'];
/** Told by deeds of their own, or by the line itself. */
const elsewhere: readonly string[] = ['id', 'asked', 'createdAt'];

/** What an account was and is, as far as the two differ; what names somebody stands apart. */
export function toldOfAccount(id: string, before: Account | undefined, after: Account | undefined): Told {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    (name) => !elsewhere.includes(name) && textOf(before, name) !== textOf(after, name),
  );
  const [apart, plain] = [
    names.filter((name) => naming.includes(name)),
    names.filter((name) => !naming.includes(name)),
  ];
  return {
    ...(before === undefined ? {} : { before: asPlain(pick(before, plain)) }),
    ...(after === undefined ? {} : { after: asPlain(pick(after, plain)) }),
    personal: {
      about: id,
      ...(before === undefined ? {} : { before: asJson(pick(before, apart)) }),
      ...(after === undefined ? {} : { after: asJson(pick(after, apart)) }),
    },
  };
}

function pick(account: Account, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(account).filter(([name]) => names.includes(name)));
}

function textOf(account: Account | undefined, name: string): string {
  return JSON.stringify(account === undefined ? undefined : Reflect.get(account, name)) ?? '';
}
