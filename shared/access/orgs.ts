import type { OrgFacts } from './facts.ts';

const aboveSchools = ['district', 'local', 'state', 'national'];

/** Whether an org can be a school in a scope or a question. A feed's own types and departments can, what stands above can't. */
export function isSchool({ type }: OrgFacts): boolean {
  return !aboveSchools.includes(type);
}
