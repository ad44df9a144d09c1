import type { ReportAccounts } from '../../shared/messages/reports.ts';
import { folderPermissions } from '../../shared/reports/folder-permissions.ts';
import { generatedReports } from '../../shared/reports/generated-kinds.ts';
import { folders, generatedKinds } from '../../shared/reports/report.ts';
import type { Asked, Deps } from './deps.ts';
import { makeMayAsk } from './may-ask.ts';
import type { Sight } from './sight.ts';

/** What the person sees, may bring and may ask for in each of their accounts; of none where that is nothing. */
export async function listAccounts(
  deps: Pick<Deps, 'nameOf' | 'quotas' | 'access' | 'decide'>,
  request: Asked<'listReportAccounts'>,
  { places }: Sight,
): Promise<ReportAccounts> {
  const {
    params: { district },
    allows,
  } = request;
  const mayAsk = makeMayAsk(deps);
  const foldersWhere = async (account: string, of: 'see' | 'put') => {
    const resource = { type: 'account', id: account };
    const open = await Promise.all(
      folders.map(async (folder) => {
        const permission = actionOf(folder, of);
        return permission !== undefined && (await allows(permission, resource));
      }),
    );
    return folders.filter((_, at) => open[at]);
  };
  const asksOf = async (account: string) => {
    const kinds = generatedKinds.filter((kind) => generatedReports[kind].takesMore !== true);
    const may = await Promise.all(
      kinds.map((kind) => {
        const [format] = generatedReports[kind].formats;
        return mayAsk(request, { account, asked: { kind, format } });
      }),
    );
    return kinds
      .filter((_, at) => may[at])
      .map((kind) => ({ kind, formats: [...generatedReports[kind].formats] }));
  };
  const rooms = await deps.quotas.rooms(district, places);
  const items = await Promise.all(
    places.map(async (account, at) => {
      const [name, sees, puts, asks] = await Promise.all([
        deps.nameOf(district, 'orgs', account),
        foldersWhere(account, 'see'),
        foldersWhere(account, 'put'),
        asksOf(account),
      ]);
      return { account, ...(name === undefined ? {} : { name }), sees, puts, asks, ...rooms[at] };
    }),
  );
  return { items: items.filter(({ sees, puts, asks }) => sees.length + puts.length + asks.length > 0) };
}

function actionOf(folder: keyof typeof folderPermissions, of: 'see' | 'put'): string | undefined {
  const permissions: { see: string; put?: string } = folderPermissions[folder];
  return permissions[of];
}
