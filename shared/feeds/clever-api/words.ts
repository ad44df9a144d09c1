/** Clever's words in OneRoster's. Source: the enumerations of v3.1.yml of Clever/swagger-api. */
const grades: Readonly<Record<string, string>> = {
  InfantToddler: 'IT',
  Preschool: 'PR',
  PreKindergarten: 'PK',
  TransitionalKindergarten: 'TK',
  Kindergarten: 'KG',
  PostGraduate: 'PS',
  Ungraded: 'UG',
  Other: 'Other',
};

/** As CEDS has it; a grade that Clever does not list stays as it is, and is told. */
export function gradeOf(grade: string | undefined): string {
  if (grade === undefined) return '';
  return grades[grade] ?? (/^\d$/.test(grade) ? `0${grade}` : grade);
}

type Relation = { relationship: string | undefined; type: string | undefined };

/** Only an immediate relation makes a role by which products go; whoever is to be called in an emergency is no guardian. */
export function contactRole({ relationship = '', type }: Relation): string {
  if (relationship === 'Parent') return 'parent';
  if (type === 'Parent/Guardian') return 'guardian';
  return ['Grandparent', 'Aunt/Uncle', 'Sibling'].includes(relationship) ? 'relative' : 'ext:contact';
}

export const sexes: Readonly<Record<string, string>> = { M: 'male', F: 'female', X: 'other' };

/** Race by the column of demographics that is true for it. */
export const races: Readonly<Record<string, string>> = {
  Caucasian: 'white',
  Asian: 'asian',
  'Black or African American': 'blackOrAfricanAmerican',
  'American Indian': 'americanIndianOrAlaskaNative',
  'Hawaiian or Other Pacific Islander': 'nativeHawaiianOrOtherPacificIslander',
  'Two or More Races': 'demographicRaceTwoOrMoreRaces',
};
