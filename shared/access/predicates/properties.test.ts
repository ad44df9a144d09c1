import { describe, expect, test } from 'vitest';
import { anAssignment, aPerson, facts, inDistrict, today } from '../../../test/builders/access-facts.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Condition } from '../conditions.ts';
import { evaluate } from '../evaluate.ts';
import type { OwnResource, Properties } from '../facts.ts';
import { parseCatalogue } from '../parse-catalogue.ts';

const source = ['doc:1'];

/** A system where a member may open a box under the conditions. */
function club(...when: Condition[]): Catalogue {
  return parseCatalogue(
    {
      system: 'club',
      title: 'Club',
      document: { id: 'doc', title: 'Statutes' },
      scopes: ['district'],
      roles: [{ id: 'member', label: 'Member', scope: 'district', privileged: false, source }],
      resourceTypes: [{ type: 'box', label: 'Box' }],
      subjectTypes: ['guest'],
      settings: [],
      rows: [
        {
          permission: 'open',
          task: 'open',
          resources: ['box'],
          source,
          standing: 'printed',
          cells: { member: { when } },
        },
      ],
      overlays: [],
    },
    'club',
  );
}

type Asked = {
  kept?: Properties;
  theirs?: Properties;
  resource?: Record<string, unknown>;
  subject?: Record<string, unknown>;
  action?: Record<string, unknown>;
  type?: string;
};

function ask(when: Condition[], { kept, theirs, resource, subject, action, type = 'user' }: Asked) {
  const member = anAssignment('member', inDistrict, { system: 'club' });
  const person = { ...aPerson('u-1', {}, [member]), ...(theirs && { properties: theirs }) };
  const box: OwnResource = { type: 'own', of: 'box', id: 'b-1', properties: kept ?? {}, orgIds: [] };
  const question = {
    subject: { type, id: 'u-1', ...(subject && { properties: subject }) },
    action: { name: 'club:open', ...(action && { properties: action }) },
    resource: { type: 'box', id: 'b-1', ...(resource && { properties: resource }) },
  };
  const catalogues = new Map([['club', club(...when)]]);
  return evaluate(catalogues, facts(person, box), question, { today, explain: true });
}

const red: Condition = { kind: 'propertyIn', property: 'color', values: ['red', '7', 'true'] };

describe('a property', () => {
  test.each([
    ['red', true],
    [7, true],
    [true, true],
    ['blue', false],
    [['red'], false],
    [{ red: 1 }, false],
    [undefined, false],
    [null, false],
  ])('of the resource that is %j is decided %s', (color, expected) => {
    expect(ask([red], { resource: { color } }).decision).toBe(expected);
  });

  test('that is kept beats what the question says', () => {
    expect(ask([red], { kept: { color: 'blue' }, resource: { color: 'red' } }).decision).toBe(false);
    expect(ask([red], { kept: { color: 'red' }, resource: { color: 'blue' } }).decision).toBe(true);
    const of: Condition = { ...red, of: 'subject' };
    expect(ask([of], { theirs: { color: 'blue' }, subject: { color: 'red' } }).decision).toBe(false);
    expect(ask([of], { theirs: { size: 1 }, subject: { color: 'red' } }).decision).toBe(true);
  });

  test('that is kept is not told in a denial, what the question says is', () => {
    expect(ask([red], { kept: { color: 'blue' } }).reason.message).not.toContain('blue');
    expect(ask([red], { resource: { color: 'blue' } }).reason.message).toContain('blue');
  });

  test('of the action, the subject and the resource are told apart', () => {
    const of: Condition = { ...red, of: 'action' };
    expect(ask([of], { action: { color: true } }).decision).toBe(true);
    const denied = ask([of], { resource: { color: 'red' }, subject: { color: 'red' } });
    expect(denied.reason).toMatchObject({
      code: 'condition',
      message: expect.stringContaining('no color of the action is named'),
    });
  });

  test('that is not one of the object’s own is not known', () => {
    const inherited: Condition = {
      kind: 'propertyIn',
      property: 'constructor',
      values: ['x'],
      orAbsent: true,
    };
    expect(ask([inherited], {}).decision).toBe(true);
  });
});

describe('a property that has to be the subject’s', () => {
  const owner: Condition = { kind: 'propertyOfSubject', property: 'owner' };
  const team: Condition = { kind: 'propertyOfSubject', property: 'team', as: 'teams' };

  test.each([
    ['u-1', true],
    [['u-2', 'u-1'], true],
    ['u-2', false],
    ['', false],
    [undefined, false],
  ])('id and is %j is decided %s', (value, expected) => {
    expect(ask([owner], { resource: { owner: value } }).decision).toBe(expected);
  });

  test('property is compared with what is kept of both', () => {
    expect(ask([team], { kept: { team: 'a' }, theirs: { teams: ['a', 'b'] } }).decision).toBe(true);
    expect(
      ask([team], { kept: { team: 'a' }, theirs: { teams: ['b'] }, subject: { teams: 'a' } }).decision,
    ).toBe(false);
    expect(ask([team], { kept: { team: '' }, theirs: { teams: '' } }).decision).toBe(false);
    expect(ask([team], { kept: { team: 'a' } }).reason.message).toContain('their teams is not known');
  });
});

test('any of several conditions is enough, and a denial says why each fails', () => {
  const conditions = [red, { kind: 'propertyOfSubject' as const, property: 'owner' }];
  const any: Condition = { kind: 'anyOf', conditions };
  expect(ask([any], { resource: { owner: 'u-1' } }).decision).toBe(true);
  expect(ask([any], { resource: { color: 'red' } }).decision).toBe(true);
  const { message } = ask([any], { resource: { owner: 'u-2', color: 'blue' } }).reason;
  expect(message).toMatch(/color blue is not red, 7 or true, and owner of b-1 is not their id/);
});

test('a subject type that the catalogue declares names a user, another nobody', () => {
  expect(ask([red], { resource: { color: 'red' }, type: 'guest' }).decision).toBe(true);
  expect(ask([red], { resource: { color: 'red' }, type: 'robot' }).reason.code).toBe('unknown-subject');
});
