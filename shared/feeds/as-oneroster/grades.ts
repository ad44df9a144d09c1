const spelt: Readonly<Record<string, string>> = {
  infanttoddler: 'IT',
  infant: 'IT',
  it: 'IT',
  preschool: 'PR',
  pr: 'PR',
  ps: 'PR',
  prekindergarten: 'PK',
  prek: 'PK',
  pk: 'PK',
  '-1': 'PK',
  transitionalkindergarten: 'TK',
  tk: 'TK',
  kindergarten: 'KG',
  kg: 'KG',
  k: 'KG',
  '0': 'KG',
  postgraduate: 'PS',
  pg: 'PS',
  ungraded: 'UG',
  ug: 'UG',
  other: 'Other',
};

/** A grade as Clever and its districts write it, as a code of CEDS; as written where it is none that is known. */
export function cedsGrade(text: string): string {
  const [, number] = /^0*(\d{1,2})(?:st|nd|rd|th)?(?: grade)?$/i.exec(text) ?? [];
  const grade = Number(number);
  if (number !== undefined && grade >= 1 && grade <= 13) return String(grade).padStart(2, '0');
  return spelt[number ?? text.toLowerCase().replaceAll(/(?<=.)[\s_-]+/g, '')] ?? text;
}
