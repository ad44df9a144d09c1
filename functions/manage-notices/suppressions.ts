import { RequestError } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import type { Deps } from './deps.ts';

type Mine = Pick<Handlers<'manage-notices'>, 'listMailSuppressions' | 'removeMailSuppression'>;

export function makeSuppressionHandlers({ settings, events }: Deps): Mine {
  return {
    async listMailSuppressions({ params: { district }, query: { limit, cursor } }) {
      const after = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString('utf8');
      const { items, next } = await settings.suppressions(district, { after, limit });
      return { items, ...(next === undefined ? {} : { cursor: Buffer.from(next).toString('base64url') }) };
    },

    async removeMailSuppression({ params: { district, account }, by, now }) {
      if (!(await settings.liftSuppression(district, account, now)))
        throw new RequestError('not-found', 'not-suppressed', 'The address of this account gets mails.');
      events.audited({ district, by, action: 'mail-suppression-lifted', what: { account } });
      return undefined;
    },
  };
}
