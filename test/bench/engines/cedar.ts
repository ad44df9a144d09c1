import type { Catalogue } from '../../../shared/access/catalogue.ts';
import { exportCedar } from '../../../shared/access/cedar/export-cedar.ts';
import { cedarWith } from '../../contract/cedar/cedar-engine.ts';
import { requestsOf } from '../../contract/cedar/encode-question.ts';
import type { Query } from './district.ts';

/** Our own export of the catalogue, loaded beforehand; requests and entities are made beforehand too. */
export function makeCedar(catalogue: Catalogue, queries: readonly Query[], today: string) {
  const allows = cedarWith(catalogue.system, exportCedar(catalogue));
  const asked = queries.map(({ facts, question }) => requestsOf(catalogue, facts, question, today));
  return (at: number): boolean => allows(asked[at] ?? []);
}
