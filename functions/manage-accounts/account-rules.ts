import { RequestError } from '../../shared/errors.ts';
import type { AccountRulesView } from '../../shared/messages/account-rules.ts';
import { noSuchDistrict } from '../../shared/runtime/decide.ts';
import { type Handlers, withEtag } from '../../shared/runtime/routing.ts';
import type { Deps } from './deps.ts';

type RuleHandlers = Pick<Handlers<'manage-accounts'>, 'getAccountRules' | 'putAccountRules'>;

export function makeAccountRuleHandlers({ accountRules, provisions, access, events }: Deps): RuleHandlers {
  return {
    async getAccountRules({ params: { district } }) {
      if ((await access.district(district)) === undefined) throw noSuchDistrict();
      const { view, revision } = await read(district);
      return withEtag(view, revision);
    },

    async putAccountRules({ params: { district }, body, by, ifMatch }) {
      if ((await access.district(district)) === undefined) throw noSuchDistrict();
      const before = (await accountRules.find(district))?.revision ?? 0;
      if (ifMatch !== undefined && ifMatch !== String(before)) {
        throw new RequestError('precondition-failed', 'changed-meanwhile', 'Somebody changed it meanwhile.');
      }
      await accountRules.put(district, { rules: body.rules, revision: before + 1 });
      events.audited({ district, by, action: 'account-rules-changed', what: { rules: body.rules.length } });
      await provisions.send({ district });
      const { view, revision } = await read(district);
      return withEtag(view, revision);
    },
  };

  async function read(district: string): Promise<{ view: AccountRulesView; revision: number }> {
    const [kept, { progress }] = await Promise.all([
      accountRules.find(district),
      accountRules.progress(district),
    ]);
    const { rules, revision } = kept ?? { rules: [], revision: 0 };
    const { done, doing, made, removed, kept: stay, unmade } = progress;
    const upToDate = doing === undefined && (done?.rules ?? 0) === revision;
    return { view: { rules, progress: { upToDate, made, removed, kept: stay, unmade } }, revision };
  }
}
