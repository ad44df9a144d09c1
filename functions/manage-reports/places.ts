import type { CheckFacts } from '../../shared/access/facts.ts';
import { isSchool } from '../../shared/access/orgs.ts';
import { nobody } from '../../shared/access/question.ts';
import type { ReportScope } from '../../shared/reports/generated-kinds.ts';
import type { Deps } from './deps.ts';

type Access = Pick<Deps['access'], 'manyCheckFacts'>;

async function lookAt(
  access: Access,
  district: string,
  resources: readonly { type: string; id: string }[],
): Promise<(CheckFacts | undefined)[]> {
  const questions = resources.map((resource) => ({ subject: nobody, action: { name: '' }, resource }));
  return (await access.manyCheckFacts(district, questions))?.checks ?? [];
}

/** The account by the roster's own id, so that it has one set of folders by whatever id it is named. */
export async function ownAccount(access: Access, district: string, id: string): Promise<string> {
  const [facts] = await lookAt(access, district, [{ type: 'account', id }]);
  return facts?.own?.resource ?? id;
}

/**
 * Whether a report of that scope tells the account of nothing but what is its own: a school gets what is of the school; what is no school
 * has the district beneath it.
 */
export async function isOfAccount(
  access: Access,
  { district, account }: { district: string; account: string },
  { type, ids }: ReportScope,
): Promise<boolean> {
  if (type === 'account') return ids.every((id) => id === account);
  const of = [{ type: 'account', id: account }, ...ids.map((id) => ({ type, id }))];
  const [here, ...about] = (await lookAt(access, district, of)).map((facts) => facts?.resource);
  if (here?.type !== 'account') return false;
  if (!isSchool(here.org)) return true;
  if (type === 'school') return ids.every((id) => id === account);
  return about.every((one) => one?.type === 'class' && one.class.schoolId === account);
}
