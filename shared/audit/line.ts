import { createHash } from 'node:crypto';
import * as z from 'zod';

/** JSON that stands in a line as it is: never a name, an address or another value that tells who somebody is. */
const Plain = z.record(z.string(), z.json());
export type Plain = z.infer<typeof Plain>;

/** Values of one person that stand beside a line, where they can be erased. */
export const Detail = z.object({
  /** 256 random bits, hexadecimal: without it nobody can guess values by their digest. */
  salt: z.string(),
  before: z.json().optional(),
  after: z.json().optional(),
});
export type Detail = z.infer<typeof Detail>;

/** Whose detail it is, under which id it stands, and its digest. */
const DetailRef = z.object({ about: z.string(), id: z.string(), digest: z.string() });

/**
 * One deed, as it is kept for good (decision 0029). Loose: what a later version adds to its lines must come through a reader of this
 * one, or their hashes would not fit.
 */
export const AuditLine = z.looseObject({
  /** `@operator`: of no district. */
  district: z.string(),
  chain: z.int().nonnegative(),
  /** From 1, without gaps. */
  sequence: z.int().positive(),
  /** When the request began, ISO 8601. */
  at: z.string(),
  requestId: z.string(),
  /** The account, or `client:` and the client's id. */
  by: z.string(),
  clientId: z.string().optional(),
  /** The network that the request came from; see `networkOf`. */
  from: z.string().optional(),
  route: z.string().optional(),
  action: z.string(),
  outcome: z.enum(['done', 'refused', 'failed']),
  /** Ids, counts and names of parameters. */
  what: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  before: Plain.optional(),
  after: Plain.optional(),
  detail: DetailRef.optional(),
});
export type AuditLine = z.infer<typeof AuditLine>;

/** A line before it has a place in a chain, with the values that will stand beside it. */
export type NewLine = Pick<
  AuditLine,
  | 'at'
  | 'requestId'
  | 'by'
  | 'clientId'
  | 'from'
  | 'route'
  | 'action'
  | 'outcome'
  | 'what'
  | 'before'
  | 'after'
> & { personal?: Personal | undefined };

/** `about`: id of the person or account whose erasure takes these values away. */
export type Personal = { about: string; before?: z.infer<typeof Json>; after?: z.infer<typeof Json> };
const Json = z.json();

/** A value as it will stand in a line: without what is undefined, and nobody else's to change. */
export function asJson(value: unknown): z.infer<typeof Json> {
  return Json.parse(JSON.parse(JSON.stringify(value)));
}

export function asPlain(value: object): Plain {
  return Plain.parse(asJson(value));
}

/** As `district` of lines that belong to none; no district's id has such a character. */
export const operatorAudit = '@operator';

/** JSON with members in order and no blanks: one text for one value. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function digestOfDetail({ salt, before, after }: Detail): string {
  return sha256(`${salt}\n${canonical({ before, after })}`);
}

/**
 * The network of an address: 24 bits of IPv4, 48 of IPv6. A whole address tells where a teacher lives; its network still tells a school
 * from another country. `undefined` for what is no address.
 */
export function networkOf(address: string): string | undefined {
  const mapped = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/i.exec(address);
  if (mapped !== null) return `${mapped.slice(1, 4).join('.')}.0/24`;
  if (!/^[0-9a-f:]+$/i.test(address) || !address.includes(':')) return undefined;
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  const whole = [...groups, ...Array.from({ length: zeros }, () => '0'), ...after];
  if (whole.length !== 8) return undefined;
  const network = whole.slice(0, 3).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${network.join(':')}::/48`;
}
