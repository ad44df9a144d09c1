import type { ReportAccounts } from '../../shared/messages/reports.ts';
import { folderPermissions } from '../../shared/reports/folder-permissions.ts';
import { folders } from '../../shared/reports/report.ts';
import type { Asked, Deps } from './deps.ts';
import type { Sight } from './sight.ts';

/** What the person sees and may bring in each of their accounts; of none who sees nothing there. */
export async function listAccounts(
  { nameOf, quotas }: Pick<Deps, 'nameOf' | 'quotas'>,
  { params: { district }, allows }: Asked<'listReportAccounts'>,
  { accounts }: Sight,
): Promise<ReportAccounts> {
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
  const rooms = await quotas.rooms(district, accounts);
  const items = await Promise.all(
    accounts.map(async (account, at) => {
      const [name, sees, puts] = await Promise.all([
        nameOf(district, 'orgs', account),
        foldersWhere(account, 'see'),
        foldersWhere(account, 'put'),
      ]);
      return { account, ...(name === undefined ? {} : { name }), sees, puts, ...rooms[at] };
    }),
  );
  return { items };
}

function actionOf(folder: keyof typeof folderPermissions, of: 'see' | 'put'): string | undefined {
  const permissions: { see: string; put?: string } = folderPermissions[folder];
  return permissions[of];
}
