import type { Objects } from '../../shared/roster/sync-stores.ts';

export function memoryObjects(): Objects {
  const texts = new Map<string, string>();
  return {
    put: async (key, text) => void texts.set(key, text),
    get: async (key) => texts.get(key) ?? '',
  };
}
