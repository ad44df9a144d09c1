import type { Caller } from '../../shared/messages/caller.ts';
import {
  AskedReport,
  generatedReports,
  lets,
  resourcesOf,
  scopeOf,
  type Way,
} from '../../shared/reports/generated-kinds.ts';
import type { AnyAsked, Deps } from './deps.ts';

type Request = Pick<AnyAsked, 'caller' | 'allows'> & { params: { district: string } };

/** Whether one of the ways to be allowed what a report asks for is open to the caller. */
export function makeMayAsk({ access, decide }: Pick<Deps, 'access' | 'decide'>) {
  return async (
    request: Request,
    { account, asked }: { account: string; asked?: unknown },
  ): Promise<boolean> => {
    const read = AskedReport.safeParse(asked);
    if (!read.success) return false;
    const { kind, platform } = read.data;
    const { district } = request.params;
    const of = { district, scope: scopeOf(read.data, account), platform };
    for (const way of generatedReports[kind].ways) {
      const resources = resourcesOf(kind, way, of);
      if (resources.length > 0 && (await isOpen(request, way, resources))) return true;
    }
    return false;
  };

  async function isOpen(
    { caller, params, allows }: Request,
    way: Way,
    resources: ReturnType<typeof resourcesOf>,
  ): Promise<boolean> {
    const { district } = params;
    const answers = await Promise.all(
      resources.map((resource) =>
        caller.user === undefined
          ? allows(way.action, resource)
          : decideOf(caller, way, { district, resource }),
      ),
    );
    return answers.every(Boolean);
  }

  /** A rule that narrows somebody to some students lets the report be made: of those. */
  async function decideOf(
    { user = '' }: Caller,
    way: Way,
    { district, resource }: { district: string; resource: { type: string; id: string } },
  ): Promise<boolean> {
    const question = { subject: { type: 'user', id: user }, action: { name: way.action }, resource };
    const [answer, found] = await Promise.all([decide(district, question), access.holder(district, user)]);
    return lets(way, answer, { subject: found?.person, resource: resource.id });
  }
}
