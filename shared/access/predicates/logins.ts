import type { ConditionOf } from '../conditions.ts';
import { digestOf, lookupId } from '../lookup.ts';
import { placementsOf } from '../placements.ts';
import { alternatives, resourceWords } from '../sentences.ts';
import { namedRole } from './seats.ts';
import { heldToday } from './staff-accounts.ts';
import { type Circumstances, given, no, quoted, textOf, type Verdict, yes } from './verdict.ts';

export function loginIs({ is }: ConditionOf<'login'>, { subject }: Circumstances): Verdict {
  const { login } = subject;
  if (login === undefined) return no(`no user account of ${subject.id} is known`);
  if (is === 'approved' && !login.approved) return no(`user ${subject.id} is not approved`);
  if (is === 'unlocked' && login.locked) return no(`user ${subject.id} is locked`);
  return yes(is === 'there' ? `${subject.id} has a user account` : `${subject.id} is ${is}`);
}

export function loginsFound(condition: ConditionOf<'loginsFound'>, at: Circumstances): Verdict {
  const value = textOf(at, condition.value);
  if (value === undefined) {
    return condition.orAbsent === true ? yes() : no(`properties.${condition.value} is missing`);
  }
  const by = condition.as ?? (condition.by && textOf(at, condition.by.property)) ?? '';
  if (condition.by !== undefined && !condition.by.values.includes(by)) {
    return no(`properties.${condition.by.property} is not ${alternatives(condition.by.values)}`);
  }
  const found = at.more.logins?.get(lookupId(by, value));
  if (found === undefined) return no(`how many users have that ${by} is not known here`);
  if (found === condition.count) return yes(`${found} users have that ${by}`);
  return no(`${found} users have that ${by}, not ${condition.count}`);
}

export function mailOfProfile(at: Circumstances): Verdict {
  const { id, login } = at.subject;
  const mail = login?.mail ?? [];
  if (mail.length === 0) return no(`the profile record of ${id} has no e-mail that is known`);
  const address = textOf(at, 'address');
  if (address === undefined || mail.includes(digestOf(address)))
    return yes(`${id} gets mail of the profile record`);
  return no('that address is not an e-mail of the profile record');
}

export function associated({ as }: ConditionOf<'associated'>, { subject, resource }: Circumstances): Verdict {
  if (subject.login?.[as].includes(resource.id))
    return yes(`${resource.id} is associated with ${subject.id}`);
  return no(`${resourceWords(resource)} is not associated with them`);
}

export function inAssociatedSchool(at: Circumstances): Verdict {
  const { subject, resource, district, catalogue, today } = at;
  const schools = subject.login?.schools ?? [];
  const place = placementsOf(resource, { district, catalogue, today }).find(
    ({ type, id }) => type === 'org' && schools.includes(id),
  );
  if (place === undefined) return no(`${resourceWords(resource)} is in no school associated with them`);
  const because = place.because === undefined ? [] : [place.because];
  return yes(...because, `${place.id} is associated with ${subject.id}`);
}

export function staff({ profiles, roles }: ConditionOf<'staff'>, at: Circumstances): Verdict {
  const { subject } = at;
  const profile = subject.login?.profile?.kind;
  if (profile !== undefined && profiles.includes(profile))
    return yes(`${subject.id} has a ${profile} profile`);
  const held = heldToday(at, subject).find(({ role }) => roles.includes(role));
  if (held) return yes(`${subject.id} is ${held.system} ${held.role}`);
  return no(`has neither a ${alternatives(profiles)} profile nor one of the roles ${alternatives(roles)}`);
}

export function mayCarry(condition: ConditionOf<'mayCarry'>, at: Circumstances): Verdict {
  const { resource } = at;
  const what = given(at, condition.property);
  if (what === undefined && condition.orAbsent === true) return yes();
  if (resource.type !== 'user') {
    const role = namedRole(at);
    if (role !== undefined && condition.roles.includes(role)) return yes(`the user made would be ${role}`);
    return no(`the user made would not be ${alternatives(condition.roles)}`);
  }
  const { id, person } = resource;
  if (typeof what === 'string' && person.login?.[condition.as].includes(what)) {
    return yes(`${what} is associated with ${id} already`);
  }
  const profile = person.login?.profile?.kind;
  if (profile !== undefined && condition.profiles.includes(profile))
    return yes(`${id} has a ${profile} profile`);
  const held = heldToday(at, person).find(({ role }) => condition.roles.includes(role));
  if (held) return yes(`${id} is ${held.system} ${held.role}`);
  return no(`user ${id} is not ${alternatives(condition.roles)}${quotedProfile(condition)}`);
}

function quotedProfile({ profiles }: ConditionOf<'mayCarry'>): string {
  return profiles.length === 0 ? '' : ` and has no ${alternatives(profiles)} profile`;
}

export function roleOfPage(at: Circumstances): Verdict {
  const { resource, subject, catalogue } = at;
  const stored = resource.type === 'page' ? resource.role : undefined;
  const role = stored ?? namedRole(at);
  if (role === undefined) return no(`page ${resource.id} names no role`);
  const prefix = catalogue.attributeRoles?.prefix;
  if (prefix !== undefined && role.startsWith(prefix))
    return no(`role${quoted(role)} counts for website content only`);
  if (heldToday(at, subject).some((held) => held.role === role)) return yes(`${subject.id} is ${role}`);
  return no(`not${quoted(role)}`);
}
