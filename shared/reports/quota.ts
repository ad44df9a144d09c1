import * as z from 'zod';
import type { Report } from './report.ts';

export const Amount = z.strictObject({ bytes: z.int().nonnegative(), files: z.int().nonnegative() });
export type Amount = z.infer<typeof Amount>;

/** `usual`: of an account of which nobody says more; `most`: whatever anybody says. */
export const DeploymentQuota = z.strictObject({ usual: Amount, most: Amount });
export type DeploymentQuota = z.infer<typeof DeploymentQuota>;

/** JSON of a {@link DeploymentQuota}. */
export const QuotaVariable = z
  .string()
  .transform((json): unknown => JSON.parse(json))
  .pipe(DeploymentQuota);

/** What a district says: of each of its accounts, and of some of them, each named once. */
export type DistrictQuotas = {
  each?: Amount | undefined;
  accounts: readonly (Amount & { account: string })[];
};

/** `used` may be above `most`: what came over SFTP is there before anybody can ask. */
export type Room = { used: Amount; most: Amount };

const none: Amount = { bytes: 0, files: 0 };

/**
 * What a report takes of its account's quota: from when it is announced until it is archived, however it was judged, since its copy is
 * kept. What is made here takes none.
 */
export function takenBy({ folder, state, size = 0 }: Pick<Report, 'folder' | 'state' | 'size'>): Amount {
  return folder === 'receive' || state === 'archived' ? none : { bytes: size, files: 1 };
}

export function sum(a: Amount, b: Amount): Amount {
  return { bytes: a.bytes + b.bytes, files: a.files + b.files };
}

/** What the account takes more by a change; below 0 where less. */
export function takenMore(before: Report | undefined, after: Report): Amount {
  const { bytes, files } = before === undefined ? none : takenBy(before);
  return sum(takenBy(after), { bytes: -bytes, files: -files });
}

export function quotaOf(
  { usual, most }: DeploymentQuota,
  { each, accounts }: DistrictQuotas,
  account: string,
): Amount {
  const { bytes, files } = accounts.find((one) => one.account === account) ?? each ?? usual;
  return { bytes: Math.min(bytes, most.bytes), files: Math.min(files, most.files) };
}

export function atLeastNothing({ bytes, files }: Amount): Amount {
  return { bytes: Math.max(0, bytes), files: Math.max(0, files) };
}

export function leftIn({ used, most }: Room): Amount {
  return atLeastNothing({ bytes: most.bytes - used.bytes, files: most.files - used.files });
}

/** Whether one more file of that size is within it. */
export function fits(room: Room, bytes: number): boolean {
  const left = leftIn(room);
  return left.files > 0 && bytes <= left.bytes;
}

/** Whether not a byte more is. */
export function isUsedUp({ bytes, files }: Amount): boolean {
  return bytes === 0 || files === 0;
}

export function roomInWords({ used, most }: Room): string {
  const of = (what: keyof Amount) =>
    `${used[what].toLocaleString('en')} of ${most[what].toLocaleString('en')} ${what}`;
  return `${of('bytes')} and ${of('files')} are used`;
}
