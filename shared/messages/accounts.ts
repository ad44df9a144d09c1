import * as z from 'zod';
import { profileKinds } from '../access/facts.ts';
import { languages } from '../accounts/account.ts';
import { lockedBys } from '../accounts/lockout.ts';
import { Email, Id, Instant, PageQuery, pageOf } from './parameters.ts';

const distinct = (ids: string[]) => new Set(ids).size === ids.length;

const Username = z
  .string()
  .trim()
  .min(1)
  .max(254)
  .regex(/^\P{Cc}+$/u, 'no control characters')
  .meta({ description: 'Unique in the district, whatever its case; the login.' });

const UserEmail = Email.meta({
  description: 'Unique in the district, whatever its case; for resets and mail to the user alone.',
});

const WebId = z
  .string()
  .regex(/^[\x21-\x7e]{1,9}$/, 'one to nine characters without spaces')
  .meta({ description: 'Unique in the district; nsc roles that need one are effective with it.' });

const Associated = z.array(Id).max(200).refine(distinct, 'each id once');
const Roles = z
  .array(z.string().min(1).max(200))
  .max(20)
  .refine(distinct, 'each role once')
  .meta({ description: 'Ids of assignable pcr roles.' });
const Profile = z
  .strictObject({ kind: z.enum(profileKinds), id: Id })
  .meta({ description: 'The record that the user is tied to.' });
const Approved = z.boolean().meta({ description: 'Whether the user may sign in; looked at only then.' });
const Ledgers = Associated.meta({ description: 'For users with a Finance role (003:11).' });
const Schools = Associated.meta({ description: 'School divisions; for school staff (003:21).' });

const Language = z.enum(languages).meta({ description: 'Of mails to the user; English where nobody says.' });

export const NewAccount = z.strictObject({
  username: Username,
  email: UserEmail,
  language: Language.optional(),
  user: Id.optional().meta({ description: 'The roster person whom it is tied to.' }),
  profile: Profile.optional().meta({
    description:
      'Where absent it follows from the roster: a student’s record, a household, or a staff record.',
  }),
  roles: Roles.default([]),
  webId: WebId.optional(),
  ledgers: Ledgers.default([]),
  schools: Schools.default([]),
  // An account lets somebody in only once a person has said so (003:3, 7): contract §6 sets it by PATCH.
  approved: Approved.default(false),
  invite: z.boolean().default(false).meta({ description: 'Mails the user a link to choose a password by.' }),
});
export type NewAccount = z.infer<typeof NewAccount>;

/** What is left out stays; null takes away. */
export const AccountChange = z
  .strictObject({
    username: Username.optional(),
    email: UserEmail.optional(),
    language: Language.optional(),
    profile: Profile.nullable().optional(),
    roles: Roles.optional(),
    webId: WebId.nullable().optional(),
    ledgers: Ledgers.optional(),
    schools: Schools.optional(),
    approved: Approved.optional(),
    locked: z.boolean().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'name what changes');
export type AccountChange = z.infer<typeof AccountChange>;

export const AccountView = z.object({
  id: z.string(),
  username: z.string(),
  email: z.string(),
  language: z.enum(languages).optional(),
  user: z.string().optional(),
  profile: z.object({ kind: z.enum(profileKinds), id: z.string() }).optional(),
  roles: z.array(z.string()).meta({ description: 'The pcr roles that the account was given.' }),
  requestedRoles: z
    .array(z.string())
    .optional()
    .meta({ description: 'Those that wait for a confirmation; not in lists.' }),
  webId: z.string().optional(),
  ledgers: z.array(z.string()),
  schools: z.array(z.string()),
  approved: z.boolean(),
  locked: z.boolean(),
  lockedBy: z.enum(lockedBys).optional().meta({
    description:
      '`strangers`: failures on devices that the user had not signed in on, whose own stay open; `own-device`: failures on one of these.',
  }),
  lastSignInAt: Instant.optional().meta({ description: 'Absent where the user never has.' }),
  createdAt: Instant,
  rule: z.string().optional().meta({ description: 'The rule that made it.' }),
});
export type AccountView = z.infer<typeof AccountView>;
export const AccountPage = pageOf(AccountView);

export const AccountQuery = PageQuery.extend({
  user: Id.optional(),
  username: z.string().max(254).optional(),
  email: z.string().max(254).optional(),
});

const datChoice = {
  dats: z.enum(['copy', 'discard']).optional().meta({
    description:
      'What becomes of the user’s DAT queries and filters: another user keeps copies, or nobody opens them again.',
  }),
  copyTo: Id.optional().meta({ description: 'The account that keeps the copies.' }),
};
const copiesHaveAPlace = ({ dats, copyTo }: { dats?: string | undefined; copyTo?: string | undefined }) =>
  (dats === 'copy') === (copyTo !== undefined);
const copiesOnly = { path: ['copyTo'], error: 'goes with dats=copy, and only with it' };

export const RemovalQuery = z.strictObject(datChoice).refine(copiesHaveAPlace, copiesOnly);

const Dats = z.array(z.object({ type: z.string(), id: z.string() }));

/** What becomes of a staff user whose holder leaves, before anything is done. */
export const LeavingView = z.object({
  account: z.string(),
  dats: Dats.meta({
    description: 'DAT queries and filters that nobody opens any more unless they are copied.',
  }),
  ledgers: z.array(z.string()),
  schools: z.array(z.string()),
  roles: z.array(z.string()).meta({ description: 'The pcr roles that end.' }),
  assignments: z
    .array(z.object({ system: z.string(), role: z.string() }))
    .meta({ description: 'What the account, and not its person, was given in other systems; it ends too.' }),
  parentRoles: z
    .array(z.string())
    .meta({ description: 'Calculated roles that the household gives; empty = no parent any more.' }),
  remains: z
    .object({
      account: z.string().optional(),
      username: z.string(),
      email: z.string(),
      profile: z.object({ kind: z.enum(profileKinds), id: z.string() }),
    })
    .optional()
    .meta({
      description: 'The regular parent user; `account` where it is there already. Absent where none remains.',
    }),
});
export type LeavingView = z.infer<typeof LeavingView>;

export const Leaving = z
  .strictObject({
    ...datChoice,
    username: Username.optional().meta({ description: 'Of the parent user that is made; else the same.' }),
    email: UserEmail.optional().meta({ description: 'Likewise: the old one may be the school’s.' }),
  })
  .refine(copiesHaveAPlace, copiesOnly);
export type Leaving = z.infer<typeof Leaving>;

export const Left = z.object({
  removed: z.string(),
  remains: AccountView.optional().meta({ description: 'The regular parent user.' }),
});

export const reviewReasons = ['no-staff-record', 'never-signed-in', 'record-left'] as const;

export const ReviewQuery = PageQuery.extend({ reason: z.enum(reviewReasons).optional() });
export const ReviewItem = z.object({
  account: z.string(),
  username: z.string(),
  approved: z.boolean(),
  createdAt: Instant,
  lastSignInAt: Instant.optional(),
  reasons: z.array(z.object({ code: z.enum(reviewReasons), message: z.string() })),
});
export const ReviewPage = pageOf(ReviewItem);
