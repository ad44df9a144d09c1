import type { Workspace } from '../../shared/roster/sync-stores.ts';

export function memoryWorkspace(): Workspace & { dispose(): Promise<void> } {
  const files = new Map<string, string>();
  return {
    append: (name, text) => {
      files.set(name, (files.get(name) ?? '') + text);
      return undefined;
    },
    read: (name) => Promise.resolve(files.get(name) ?? ''),
    dispose: () => Promise.resolve(),
  };
}
