import type { Assignment } from '../../shared/access/facts.ts';
import { systemOf } from '../../shared/access/question.ts';
import { RequestError } from '../../shared/errors.ts';
import { folderPermissions, overseePermission } from '../../shared/reports/folder-permissions.ts';
import { generatedReports } from '../../shared/reports/generated-kinds.ts';
import type { Report } from '../../shared/reports/report.ts';
import type { AnyAsked, Deps } from './deps.ts';
import { makeMayAsk } from './may-ask.ts';

/** What one caller may see, each question asked once. */
export type Sight = {
  /** Sees that all reports of the district are there, and what became of them. */
  oversees: boolean;
  /** Accounts in some folder of which the caller sees. */
  accounts: readonly string[];
  /** Accounts that the caller holds some role at by which reports are seen or asked for. */
  places: readonly string[];
  /** That it is there. */
  sees(report: Report): Promise<boolean>;
  /** What is in it. */
  gets(report: Report): Promise<boolean>;
};

/** Systems by whose roles somebody may have to do with reports. */
const systems = new Set(
  [
    overseePermission,
    ...Object.values(folderPermissions).map(({ see }) => see),
    ...Object.values(generatedReports).flatMap(({ ways }) => ways.map(({ action }) => action)),
  ].map(systemOf),
);
const folderSystem = systemOf(folderPermissions.upload.see);

export function makeSightOf(deps: Pick<Deps, 'access' | 'decide'>) {
  const { access } = deps;
  const mayAsk = makeMayAsk(deps);

  /** @throws {RequestError} forbidden to whoever has no role that has to do with reports */
  return async (request: AnyAsked): Promise<Sight> => {
    const { caller, by, params, allows } = request;
    const { district } = params;
    const known = new Map<string, Promise<boolean>>();
    const may = (action: string, account: string): Promise<boolean> => {
      const key = JSON.stringify([action, account]);
      const answer = known.get(key) ?? allows(action, { type: 'account', id: account });
      known.set(key, answer);
      return answer;
    };
    const seesFolder = ({ folder, account }: Pick<Report, 'folder' | 'account'>) =>
      may(folderPermissions[folder].see, account);
    const seesSome = async (account: string) =>
      (await seesFolder({ folder: 'upload', account })) || seesFolder({ folder: 'test', account });

    // Whoever is no person has come this far as one who oversees.
    const oversees =
      caller.user === undefined || (await allows(overseePermission, { type: 'district', id: district }));
    const held = caller.user === undefined ? [] : await assignmentsOf(access, district, caller.user);
    if (!oversees && !held.some(({ system }) => systems.has(system))) throw noRole();
    const gets = async (report: Report) =>
      (await seesFolder(report)) ||
      (report.asked !== undefined && report.by === by && (await mayAsk(request, report)));
    const places = accountsIn(held);
    const open = await Promise.all(places.map(seesSome));
    return {
      oversees,
      accounts: places.filter((_, at) => open[at]),
      places: [...new Set([...places, ...schoolsIn(held)])].sort(),
      sees: async (report) => oversees || gets(report),
      gets,
    };
  };
}

async function assignmentsOf(
  access: Deps['access'],
  district: string,
  user: string,
): Promise<readonly Assignment[]> {
  const { person } = (await access.holder(district, user)) ?? {};
  return [...(person?.manual ?? []), ...(person?.roster?.assignments ?? [])];
}

function accountsIn(held: readonly Assignment[]): string[] {
  const scopes = held.filter(({ system }) => system === folderSystem).map(({ scope }) => scope);
  return [...new Set(scopes.flatMap(({ type, ids }) => (type === 'account' ? ids : [])))].sort();
}

function schoolsIn(held: readonly Assignment[]): string[] {
  const scopes = held.filter(({ system }) => systems.has(system)).map(({ scope }) => scope);
  return scopes.flatMap(({ type, ids }) => (type === 'school' ? ids : []));
}

function noRole(): RequestError {
  return new RequestError('forbidden', 'not-permitted', 'You hold no role that has to do with reports.');
}
