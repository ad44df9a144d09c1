import { dayOf } from '../as-oneroster/days.ts';
import type { SourceRow } from '../as-oneroster/source.ts';

type Cells = SourceRow['cells'];

const relations: readonly [RegExp, string][] = [
  [/guardian|foster|custod/, 'guardian'],
  [/grand|aunt|uncle|sibling|brother|sister|cousin|niece|nephew|relative|family/, 'relative'],
  [/parent|mother|father|\bmom\b|\bdad\b/, 'parent'],
];

/**
 * What a contact is to a school: by the relationship, else by the type. A neighbour or a doctor is nobody with a parent's rights, and so
 * is whoever is only called in an emergency.
 */
export function roleOfContact({ Contact_relationship, Contact_type }: Cells): string {
  for (const text of [Contact_relationship, Contact_type]) {
    const words = text?.toLowerCase() ?? '';
    const found = words === 'parent/guardian' ? 'parent' : relations.find(([word]) => word.test(words))?.[1];
    if (found !== undefined) return found;
  }
  return 'ext:contact';
}

const sexes: Readonly<Record<string, string>> = { m: 'male', f: 'female', x: 'other' };
const races: Readonly<Record<string, string>> = {
  a: 'asian',
  b: 'blackOrAfricanAmerican',
  i: 'americanIndianOrAlaskaNative',
  m: 'demographicRaceTwoOrMoreRaces',
  p: 'nativeHawaiianOrOtherPacificIslander',
  w: 'white',
};

/** A row of demographics without its id; no cell where the student's row says nothing. */
export function demographicsOf({ DOB, Gender, Race, Hispanic_Latino }: Cells): Record<string, string> {
  const race = races[Race?.toLowerCase() ?? ''];
  const sex = sexes[Gender?.toLowerCase().slice(0, 1) ?? ''];
  const hispanic = Hispanic_Latino?.toLowerCase().slice(0, 1) ?? '';
  return {
    ...(DOB !== undefined && { birthDate: dayOf(DOB) ?? DOB }),
    ...(sex !== undefined && { sex }),
    ...(race !== undefined && { [race]: 'true' }),
    ...(/[ytnf]/.test(hispanic) && { hispanicOrLatinoEthnicity: String(/[yt]/.test(hispanic)) }),
  };
}
