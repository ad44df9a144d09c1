import * as z from 'zod';
import { DistrictPath, Id, Instant, pageOf } from './parameters.ts';

const System = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'lower-case letters, digits and underscores');
const OverlayName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'lower-case letters, digits and hyphens');
const Version = z.string().regex(/^[0-9a-f]{32}$/, '32 lower-case hexadecimal digits');

export const SystemPath = DistrictPath.extend({ system: System });
export const OverlayPath = DistrictPath.extend({ overlay: OverlayName });
export const OwnResourcePath = DistrictPath.extend({ type: System, id: Id });

/** What else a catalogue has to be, its parser says: with a pointer and a hint for each place. */
export const OwnCatalogue = z
  .looseObject({ system: System })
  .meta({ description: 'A role system as data, in the form of `GET /v1/catalogues/{system}`.' });

/** The catalogue as data: its schema is `shared/access/catalogue.ts`. */
export const CatalogueView = z.looseObject({ system: z.string() });

export const CatalogueSummary = z.object({
  system: z.string(),
  title: z.string(),
  version: z.string().meta({ description: 'Of its content, without overlays.' }),
});
export const CataloguePage = pageOf(CatalogueSummary);

export const CatalogueState = CatalogueSummary.extend({
  origin: z.enum(['shipped', 'own']),
  overlays: z.array(z.string()).meta({ description: 'Switched on, in the order in which they apply.' }),
});
export type CatalogueState = z.infer<typeof CatalogueState>;
export const CatalogueStates = pageOf(CatalogueState);

export const PutCatalogue = CatalogueState.extend({
  warnings: z.array(z.string()).meta({ description: 'What the change takes from people, in words.' }),
});

export const VersionQuery = z.strictObject({
  version: Version.optional().meta({
    description:
      'As the district put it then, without overlays. The one that holds, with them, where absent.',
  }),
});

export const VersionView = z.object({
  system: z.string(),
  name: z.string().optional().meta({ description: 'Of an overlay.' }),
  version: z.string().optional().meta({ description: 'Absent where it was taken away or switched off.' }),
  label: z.string(),
  by: z.string(),
  at: Instant,
});
export const VersionPage = pageOf(VersionView);

export const OverlayBody = z.union([
  z.strictObject({ active: z.boolean() }).meta({ description: 'Switches it on or off.' }),
  z.looseObject({ system: System, changes: z.array(z.unknown()) }).meta({
    description:
      'An overlay of the district’s own: `{system, label, settings, changes, document?}`; switched on at once.',
  }),
]);

export const OverlayView = z.object({
  system: z.string(),
  name: z.string(),
  label: z.string(),
  active: z.boolean(),
  origin: z.enum(['catalogue', 'own']),
  version: z.string().optional().meta({ description: 'Of one of the district’s own.' }),
});
export type OverlayView = z.infer<typeof OverlayView>;
export const OverlayPage = pageOf(OverlayView);

const Text = z.string().max(1000);
const Property = z.union([Text, z.number(), z.boolean(), z.array(Text).max(100)]);

/** Facts of a resource of a catalogue's own type, or of a user (then properties alone). Ids and words, no names of people. */
export const OwnResourceBody = z
  .strictObject({
    properties: z
      .record(z.string().min(1).max(100), Property)
      .refine((all) => Object.keys(all).length <= 50, 'at most 50 properties')
      .default({}),
    school: Id.optional().meta({ description: 'Where it lies, so that scopes reach it.' }),
    account: Id.optional(),
    class: Id.optional().meta({ description: 'Lies in the class’s school too.' }),
  })
  .refine((body) => [body.school, body.account, body.class].filter((at) => at !== undefined).length <= 1, {
    error: 'lies in one place: name a school, an account or a class',
  });
export type OwnResourceBody = z.infer<typeof OwnResourceBody>;

export const OwnResourceView = z.object({
  type: z.string(),
  id: z.string(),
  properties: z.record(z.string(), Property),
  school: z.string().optional(),
  account: z.string().optional(),
  class: z.string().optional(),
});
