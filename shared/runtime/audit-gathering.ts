import { AsyncLocalStorage } from 'node:async_hooks';
import type { AuditEntry } from './audit-entry.ts';

const gathering = new AsyncLocalStorage<AuditEntry[]>();

/** Notes what is audited for whoever gathers it, if somebody does. */
export function gather(entry: AuditEntry): void {
  gathering.getStore()?.push(entry);
}

/** Runs `work`, and gathers what is audited on its way into `entries`. */
export function gathered<T>(entries: AuditEntry[], work: () => Promise<T>): Promise<T> {
  return gathering.run(entries, work);
}
