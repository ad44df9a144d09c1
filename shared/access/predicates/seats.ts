import { findRole, isAttributeRole, type Role } from '../catalogue.ts';
import { alternatives } from '../sentences.ts';
import { type Circumstances, given, no, quoted, textOf, type Verdict, yes } from './verdict.ts';

/** `properties.role`, with or without the system before it. */
export function namedRole(at: Circumstances): string | undefined {
  const role = textOf(at, 'role');
  const prefix = `${at.catalogue.system}:`;
  return role?.startsWith(prefix) ? role.slice(prefix.length) : role;
}

export function assignable(at: Circumstances): Verdict {
  const name = namedRole(at);
  if (name === undefined) return yes();
  const role = findRole(at.catalogue, name);
  if (role?.calculated !== undefined || isAttributeRole(at.catalogue, name)) {
    return no(`role${quoted(name)} is calculated, never assigned`);
  }
  return role ? yes() : no(`the system ${at.catalogue.system} has no role${quoted(given(at, 'role'))}`);
}

type Seats = { role: Role; limit: number; holders: readonly string[] | undefined };

/** `undefined` where no role with limited seats is named. */
function seatsOf(at: Circumstances): Seats | undefined {
  const { catalogue, resource } = at;
  const role = findRole(catalogue, namedRole(at) ?? '');
  if (role?.seats === undefined) return undefined;
  const seats = resource.type === 'account' ? resource.seats : undefined;
  const key = `${catalogue.system}:${role.id}`;
  const holders = seats && (Object.hasOwn(seats, key) ? (seats[key] ?? []) : []);
  return { role, limit: role.seats, holders };
}

function unknown({ role }: Seats, at: Circumstances): Verdict {
  return no(`who holds the ${role.label} seat of account ${at.resource.id} is not known here`);
}

export function seatFree(at: Circumstances): Verdict {
  const seats = seatsOf(at);
  if (seats === undefined) return yes();
  const { holders, limit, role } = seats;
  if (holders === undefined) return unknown(seats, at);
  const user = textOf(at, 'user');
  if (user !== undefined && holders.includes(user))
    return yes(`${user} holds the ${role.label} seat already`);
  if (holders.length < limit) return yes(`the ${role.label} seat of ${at.resource.id} is free`);
  return no(`the ${role.label} seat of account ${at.resource.id} is held by ${alternatives(holders)}`);
}

export function seatTaken(at: Circumstances): Verdict {
  const seats = seatsOf(at);
  const name = namedRole(at);
  if (seats === undefined) {
    return name === undefined
      ? yes()
      : no(`role${quoted(name)} is not limited in seats: it is assigned instead`);
  }
  if (seats.holders === undefined) return unknown(seats, at);
  if (seats.holders.length === 0) {
    return no(
      `nobody holds the ${seats.role.label} seat of account ${at.resource.id}: it is assigned instead`,
    );
  }
  return yes(`the ${seats.role.label} seat of ${at.resource.id} is held by ${alternatives(seats.holders)}`);
}
