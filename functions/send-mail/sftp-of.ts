import { systemOf } from '../../shared/access/question.ts';
import type { SftpServer } from '../../shared/accounts/sftp-names.ts';
import { folderPermissions } from '../../shared/reports/folder-permissions.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import type { SendMailDeps } from './send-mails.ts';

type Deps = { access: Pick<AccessStore, 'holder'>; decide: Decide; server: SftpServer | undefined };

const sees = folderPermissions.receive.see;

/** The server is told to whoever fetches reports of some account now. */
export function makeSftpOf({ access, decide, server }: Deps): SendMailDeps['sftpOf'] {
  return async (district, { id, user }) => {
    if (server === undefined) return undefined;
    for (const one of user === undefined ? [id] : [user, id]) {
      const { person } = (await access.holder(district, one)) ?? {};
      const held = [...(person?.manual ?? []), ...(person?.roster?.assignments ?? [])];
      const accounts = held
        .filter(({ system, scope }) => system === systemOf(sees) && scope.type === 'account')
        .flatMap(({ scope }) => scope.ids);
      for (const account of accounts) {
        const resource = { type: 'account', id: account };
        const subject = { type: 'user', id: one };
        if ((await decide(district, { subject, action: { name: sees }, resource })).decision) return server;
      }
    }
    return undefined;
  };
}
