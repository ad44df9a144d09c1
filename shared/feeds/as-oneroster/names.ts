/**
 * A name that stands in one cell, cut in two: before the comma the family name, else the last word. A guess where names are made
 * otherwise; together both are as written.
 */
export function givenAndFamily(name: string): { givenName: string; familyName: string } {
  const comma = name.indexOf(',');
  if (comma > 0) return { givenName: name.slice(comma + 1).trim(), familyName: name.slice(0, comma).trim() };
  const blank = name.trim().lastIndexOf(' ');
  return { givenName: name.trim().slice(0, Math.max(blank, 0)), familyName: name.trim().slice(blank + 1) };
}
