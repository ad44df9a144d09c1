import { type AuditLine, operatorAudit } from '../../shared/audit/line.ts';
import type { AuditQuery } from '../../shared/messages/audit.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { httpHandler } from '../../shared/runtime/http-handler.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { AuditChains } from '../../shared/store/audit-chains.ts';
import type { AuditSeals } from '../../shared/store/audit-seals.ts';

export type Deps = {
  chains: Pick<AuditChains, 'list'>;
  seals: Pick<AuditSeals, 'seal' | 'list'>;
  decide: Decide;
  events: Events;
  now: () => Date;
};

export function makeHandler({ chains, seals, decide, events, now }: Deps) {
  const read = (district: string, { chain, limit, cursor, ...wanted }: AuditQuery) =>
    chains.list(district, { chain, limit, cursor }, (line) => isWanted(line, wanted));

  async function seal(district: string | undefined, { by, now: at }: { by: string; now: Date }) {
    const signed = await seals.seal(district ?? operatorAudit, at);
    const what = { seal: signed.seal.at, key: signed.seal.keyId };
    events.audited({ ...(district === undefined ? {} : { district }), by, action: 'audit-sealed', what });
    return signed;
  }

  return httpHandler<'read-audit'>({
    function: 'read-audit',
    decide,
    events,
    now,
    handlers: {
      readAudit: ({ params, query }) => read(params.district, query),
      listAuditSeals: ({ params, query }) => seals.list(params.district, query),
      sealAudit: ({ params, ...doing }) => seal(params.district, doing),
      readOperatorAudit: ({ query }) => read(operatorAudit, query),
      listOperatorSeals: ({ query }) => seals.list(operatorAudit, query),
      sealOperatorAudit: (doing) => seal(undefined, doing),
    },
  });
}

type Wanted = Pick<AuditQuery, 'by' | 'about' | 'action' | 'from' | 'to'>;

function isWanted(line: AuditLine, { by, about, action, from, to }: Wanted): boolean {
  return (
    (by === undefined || line.by === by) &&
    (action === undefined || line.action === action) &&
    (from === undefined || line.at >= new Date(from).toISOString()) &&
    (to === undefined || line.at < new Date(to).toISOString()) &&
    (about === undefined || line.detail?.about === about || Object.values(line.what).includes(about))
  );
}
