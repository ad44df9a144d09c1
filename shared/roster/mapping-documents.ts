import { type MappingRule, MappingRules, shippedRules } from '../access/mapping-rules.ts';
import { sha256 } from './state.ts';
import type { Objects } from './sync-stores.ts';

/**
 * Where rules of a mapping stand, by the digest of their text: a version never changes, so that whoever plans with it again
 * plans the same.
 */
function mappingKey(district: string, version: string): string {
  return `mappings/${district}/${version}.json`;
}

export function mappingVersion(rules: readonly MappingRule[]): string {
  return sha256(JSON.stringify(rules));
}

/** Returns the version that the rules are kept under. */
export async function putMapping(
  objects: Objects,
  district: string,
  rules: readonly MappingRule[],
): Promise<string> {
  const version = mappingVersion(rules);
  await objects.put(mappingKey(district, version), JSON.stringify(rules));
  return version;
}

/** Without a version, what a new district starts with. */
export async function mappingRules(
  objects: Pick<Objects, 'get'>,
  district: string,
  version: string | undefined,
): Promise<readonly MappingRule[]> {
  if (version === undefined) return shippedRules;
  return MappingRules.parse(JSON.parse(await objects.get(mappingKey(district, version))));
}
