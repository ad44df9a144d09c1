import * as z from 'zod';
import type { Sharing as SharingLimits } from '../access/sharing.ts';
import { feedFormats, isPulled, pulledFormats } from '../roster/feed-reading.ts';
import { weekdays } from '../roster/next-time.ts';
import { pullStates } from '../roster/pulls.ts';
import { defaultRemoval, normalSeason, seasonModes } from '../roster/season.ts';
import { defaultGuard, onBreach } from '../roster/sync.ts';
import { evaluateScope, operatorScope } from './caller.ts';
import { Day, DistrictId, Id, Instant, pageOf, Sha256, Ulid } from './parameters.ts';

const TimeZone = z.string().max(64).refine(isTimeZone, 'not an IANA time zone').meta({
  description: 'IANA name, e.g. `America/New_York`; decides what day it is in every rule about days.',
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const SchoolYearEnd = z.coerce.number().int().min(1900).max(2200);

export const SchoolYear = z.union([
  SchoolYearEnd.meta({
    description: 'The year it ends in, as OneRoster numbers school years: 2027 = 2026-27.',
  }),
  z
    .strictObject({ beginDate: Day, endDate: Day })
    .refine(({ beginDate, endDate }) => beginDate < endDate, {
      path: ['endDate'],
      error: 'must come after beginDate',
    })
    .meta({ description: 'Its days; `endDate` is exclusive.' }),
]);
export type SchoolYear = z.infer<typeof SchoolYear>;

export const NewDistrict = z.strictObject({
  id: DistrictId,
  name: z.string().trim().min(1).max(200),
  timeZone: TimeZone,
  schoolYear: SchoolYear,
});
export type NewDistrict = z.infer<typeof NewDistrict>;

/** What people change of a district; what is left out stays. */
export const DistrictChange = z
  .strictObject({
    name: NewDistrict.shape.name.optional(),
    timeZone: TimeZone.optional(),
    schoolYear: SchoolYear.optional().meta({
      description: 'The present one: calculated roles go by it with the next check.',
    }),
  })
  .refine((change) => Object.keys(change).length > 0, 'name what changes');

export const CustomerId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens, at most 63 characters');

/** A set of districts; a role for a customer holds in each of them. */
export const Customer = z.strictObject({
  districts: z
    .array(DistrictId)
    .max(500)
    .refine((ids) => new Set(ids).size === ids.length, 'each district once'),
});

export const District = z.object({
  id: DistrictId,
  name: z.string(),
  timeZone: z.string(),
  schoolYear: SchoolYear,
  createdAt: Instant,
});
export type District = z.infer<typeof District>;
export const DistrictPage = pageOf(District);

const names = (most: number) =>
  z
    .array(z.string().min(1).max(255))
    .min(1)
    .max(most)
    .refine((all) => new Set(all).size === all.length, 'each once')
    .optional();

/** What is absent is not limited. A token's context carries it, so that all of it stays small. */
const sharing = z
  .strictObject({
    systems: names(50),
    schools: names(200).meta({
      description: 'Ids of schools; people and classes of others do not exist for it.',
    }),
    grades: names(50).meta({ description: 'Year levels of students.' }),
    fields: names(50).meta({
      description: 'Fields of users beside `sourcedId` and `status`, e.g. `givenName`.',
    }),
  })
  .refine((sharing) => JSON.stringify(sharing).length <= 8_000, 'at most 8,000 characters in all');
/** JSON knows no `undefined`. */
export const Sharing = sharing as z.ZodType<SharingLimits>;

export const NewClient = z.strictObject({
  name: z.string().trim().min(1).max(200),
  scopes: z
    .array(z.string().max(200))
    .min(1)
    .max(10)
    .refine((scopes) => new Set(scopes).size === scopes.length, 'each scope once')
    .meta({
      description: `\`rolebook.district:<this district>\`, \`${evaluateScope}\`, and those of OneRoster 1.2 for a client without \`user\`. Never \`${operatorScope}\`.`,
    }),
  user: Id.optional().meta({
    description:
      'The person as whom the client acts. Without one it acts as hmh district_data_admin of its district.',
  }),
  defaultSystem: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'The system that its action names are of where they name none, e.g. `hmh`.' }),
  sharing: Sharing.optional().meta({
    description:
      'Limits a vendor’s client to what the district shares with it; such a client changes nothing.',
  }),
});
export type NewClient = z.infer<typeof NewClient>;

export const Client = z.object({
  clientId: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  district: DistrictId.optional(),
  user: z.string().optional(),
  defaultSystem: z.string().optional(),
  sharing: Sharing.optional(),
  createdAt: Instant,
  secretSince: Instant.optional().meta({
    description: 'When its secret was made; absent where it is as old as the client.',
  }),
});
export type Client = z.infer<typeof Client>;
export const ClientPage = pageOf(Client);

export const ClientCredentials = Client.extend({
  clientSecret: z.string().meta({ description: 'Shown this once; only its hash is kept.' }),
});

export const FeedId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens, at most 63 characters');

const GuardSettings = z
  .strictObject({
    percent: z
      .number()
      .min(0)
      .max(100)
      .default(defaultGuard.percent)
      .meta({ description: 'Removals above this share of what is active, 0–100, …' }),
    atLeast: z
      .int()
      .min(0)
      .default(defaultGuard.atLeast)
      .meta({ description: '… and at least this many, are a breach.' }),
    onBreach: z
      .enum(onBreach)
      .default(defaultGuard.onBreach)
      .meta({
        description:
          '`hold-removals`: hold the removals and apply the rest; where only some schools are in breach, hold theirs alone. ' +
          '`hold-all`: hold the whole plan.',
      }),
    secondPersonAbove: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'More held removals than this need the approval of two people.' }),
  })
  .meta({ description: 'When a sync would take away so much that a person should look first.' });

/** Every check reads them. */
const SeasonDays = z
  .record(z.string().min(1).max(64), z.int().min(0).max(120))
  .refine((days) => Object.keys(days).length <= 50, 'at most 50 systems');

const Season = z
  .preprocess(
    (season) => (typeof season === 'string' ? { mode: season } : season),
    z.strictObject({
      mode: z.enum(seasonModes).default(normalSeason.mode),
      leadInDays: SeasonDays.default({}).meta({
        description: 'By system: days in which staff hold a class before their part in it begins.',
      }),
      trailOffDays: SeasonDays.default({}).meta({
        description: 'By system: days in which staff keep a class after their part in it has ended.',
      }),
    }),
  )
  .meta({
    description:
      '`frozen`: whatever it brings is held. `add-only`: nothing is taken away. `rollover`: the new school year, planned as one and ' +
      'held for one approval. A word alone is its `mode`.',
  });

const Removal = z
  .strictObject({
    afterRuns: z.int().min(1).max(30).default(defaultRemoval.afterRuns).meta({
      description: 'Good runs in a row that have to miss a record before it is suspended.',
    }),
    graceDays: z.int().min(1).max(3650).default(defaultRemoval.graceDays).meta({
      description: 'Days after which what is suspended may be purged, on a plan of its own.',
    }),
  })
  .meta({ description: 'How records go that a full feed no longer has.' });

const Include = z
  .strictObject({ phones: z.boolean().default(false), demographics: z.boolean().default(false) })
  .meta({ description: 'What the district asks to keep beyond the roster itself.' });

const FileName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\p{L}\p{N} _.()+-]+$/u, 'letters, digits, blanks and _ . ( ) + - only')
  .refine((name) => !/^\.|\.\.|^\s|[\s.]$/.test(name), 'must be a plain file name, without a path')
  .refine((name) => /\.(zip|csv)$/i.test(name), 'must end in .zip or .csv');

const unique = (names: readonly string[]) => new Set(names).size === names.length;

const Schedule = z
  .strictObject({
    times: z
      .array(z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time as HH:MM, 00:00 to 23:59'))
      .min(1)
      .max(24)
      .refine(unique, 'each time once')
      .meta({
        description:
          'Times `HH:MM` of the district’s time zone. One that clocks leave out is when they are put forward; one that they show ' +
          'twice is the first.',
      }),
    days: z.array(z.enum(weekdays)).min(1).max(7).refine(unique, 'each day once').optional(),
  })
  .meta({
    description:
      'At each time the newest upload of the feed is synced, unless it was already; a feed of an API is pulled.',
  });

const Arrival = z
  .strictObject({
    quietSeconds: z
      .int()
      .min(0)
      .max(24 * 3600)
      .default(300)
      .meta({ description: 'So long nothing may come after the last file.' }),
    triggerFile: FileName.optional().meta({
      description: 'A file that says that all have been sent: no quiet time then. It is no part of the feed.',
    }),
  })
  .meta({ description: 'Uploads that name the feed are synced by themselves once every file is there.' });

const Freshness = z
  .strictObject({
    withinHours: z
      .int()
      .min(1)
      .max(24 * 366),
  })
  .meta({ description: 'A feed without a whole upload for longer than this is late.' });

const VendorUrl = z
  .url({ protocol: /^https?$/ })
  .max(1000)
  .refine((text) => !/[?#]/.test(text), 'must have no query: what is secret belongs into the credentials')
  .meta({
    description:
      'Where the vendor’s API begins. https, on the public internet, port 443, 444, 4443, 8443 or 9443, without name or password.',
  });

/** Names of credentials are the vendor's; values are never shown, logged or kept beside the settings. */
const Credentials = z
  .record(z.string().regex(/^[A-Za-z][\w-]{0,63}$/, 'letters, digits, _ and -'), z.string().min(1).max(8000))
  .refine((all) => Object.keys(all).length > 0, 'name at least one')
  .refine((all) => JSON.stringify(all).length <= 32_000, 'at most 32,000 characters in all');

const fullEveryDays = z
  .int()
  .min(1)
  .max(30)
  .default(7)
  .meta({ description: 'After so many days everything is pulled, not just what changed.' });

const ApiSource = z.strictObject({
  url: VendorUrl,
  credentials: Credentials.optional().meta({
    description:
      'What the feed signs in with, by the vendor’s names, as `clientId` and `clientSecret`. Write-only. Left out, those that were ' +
      'given stay, unless the server in `url` is another one.',
    writeOnly: true,
  }),
  fullEveryDays,
});

const FileSource = z.enum(['upload', 'sftp']).meta({
  description:
    '`upload`: its files come by uploads of the API. `sftp`: also by the folder `upload` of whoever may import rosters, over SFTP or ' +
    'HTTPS; what comes there is synced at once.',
});

/** As it is kept and shown. */
const KeptSource = z.union([
  FileSource,
  z.object({
    url: z.string(),
    fullEveryDays,
    credentials: z.object({
      set: z.literal(true),
      changedAt: Instant,
      version: z.string().meta({ description: 'Changes with each change of the credentials.' }),
    }),
  }),
]);
export type KeptSource = z.infer<typeof KeptSource>;

const feedSettings = {
  format: z.enum(feedFormats),
  schedule: Schedule.optional(),
  arrival: Arrival.optional(),
  freshness: Freshness.optional(),
  guard: GuardSettings.prefault({}),
  include: Include.prefault({}),
  season: Season.prefault({}),
  removal: Removal.prefault({}),
};

export const FeedSettings = z
  .strictObject({ ...feedSettings, source: z.union([FileSource, ApiSource]) })
  .refine(({ format, source }) => isPulled(format) === (typeof source !== 'string'), {
    path: ['source'],
    error: `must be "upload" or "sftp" for files, and {url, credentials} for ${pulledFormats.join(', ')}`,
  })
  .refine(({ source, arrival }) => source === 'upload' || arrival === undefined, {
    path: ['arrival'],
    error: 'is for feeds that are uploaded',
  });
export type FeedSettings = z.infer<typeof FeedSettings>;

export const Feed = z.object({ ...feedSettings, source: KeptSource, id: FeedId, updatedAt: Instant });
export type Feed = z.infer<typeof Feed>;
export const FeedPage = pageOf(Feed);

export const FeedView = Feed.extend({
  nextSyncAt: Instant.optional().meta({ description: 'The next time of its schedule.' }),
  late: z
    .object({
      since: Instant.meta({
        description: 'When its last upload came; before the first, since when one is waited for.',
      }),
      expectedBy: Instant,
    })
    .optional()
    .meta({ description: 'An upload should have come and did not.' }),
  lastPull: z
    .object({
      at: Instant,
      syncId: Ulid,
      state: z.enum(pullStates).meta({
        description:
          '`waiting`: the vendor did not answer, and is asked again. `pulled`: its sync says how it went on. `unchanged`: the vendor ' +
          'has nothing new. `failed`, `rejected`: the roster stands.',
      }),
      message: z.string().optional(),
    })
    .optional()
    .meta({ description: 'How the last pull of an API went.' }),
});
export type FeedView = z.infer<typeof FeedView>;

const NewUploadFile = z.strictObject({
  fileName: FileName,
  size: z
    .int()
    .min(1)
    .max(5 * 1024 ** 3)
    .meta({ description: 'Bytes; at most 5 GiB.' }),
  sha256: Sha256.optional().meta({ description: 'Of the whole file; a sync refuses a file that differs.' }),
});
export type NewUploadFile = z.infer<typeof NewUploadFile>;

const ofFeed = {
  feed: FeedId.optional().meta({
    description: 'Whose files they are, so that what triggers the feed sees them.',
  }),
};

export const NewUpload = z.union([
  NewUploadFile.extend(ofFeed),
  z.strictObject({
    ...ofFeed,
    files: z
      .array(NewUploadFile)
      .min(1)
      .max(20)
      .refine(
        (files) => new Set(files.map((f) => f.fileName.toLowerCase())).size === files.length,
        'each file name once',
      ),
  }),
]);
export type NewUpload = z.infer<typeof NewUpload>;

const PutTarget = z.object({
  url: z.string(),
  headers: z.record(z.string(), z.string()).meta({ description: 'To be sent with the PUT, unchanged.' }),
});
const PartsTarget = z.object({
  parts: z
    .array(
      z.object({
        url: z.string(),
        from: z.int().nonnegative().meta({ description: 'First byte of the part, 0-based.' }),
        to: z.int().nonnegative().meta({ description: 'Byte after the last of the part.' }),
      }),
    )
    .meta({ description: 'Each to be PUT to its URL, in any order; then `POST …/completion`.' }),
});
export const FileTarget = z.union([
  PutTarget.extend({ fileName: z.string() }),
  PartsTarget.extend({ fileName: z.string() }),
]);
export type FileTarget = z.infer<typeof FileTarget>;

const Started = { uploadId: Ulid, expiresAt: Instant.meta({ description: 'When the URLs end.' }) };

export const StartedUpload = z.union([
  PutTarget.extend(Started),
  PartsTarget.extend(Started),
  z.object({ ...Started, files: z.array(FileTarget) }),
]);
export type StartedUpload = z.infer<typeof StartedUpload>;

export const Upload = z.object({
  uploadId: Ulid,
  feed: z.string().optional(),
  sync: Ulid.optional().meta({ description: 'The sync that it was given to.' }),
  complete: z.boolean().meta({ description: 'Whether every file has arrived.' }),
  createdAt: Instant,
  files: z.array(
    z.object({
      fileName: z.string(),
      size: z.int(),
      sha256: z.string().optional(),
      arrivedAt: Instant.optional(),
    }),
  ),
});
export type UploadView = z.infer<typeof Upload>;
