import { describe, expect, test } from 'vitest';
import { RequestError } from '../errors.ts';
import hmh from './catalogues/hmh.json' with { type: 'json' };
import { parseCatalogue } from './parse-catalogue.ts';
import { shippedCatalogues } from './shipped-catalogues.ts';

type Draft = typeof hmh & Record<string, unknown>;

/** The problems of the hmh file after an edit, as `pointer detail`. */
function problemsAfter(edit: (draft: Draft) => void): string[] {
  const draft = structuredClone(hmh);
  edit(draft);
  try {
    parseCatalogue(draft, 'hmh.json');
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    expect([error.kind, error.code]).toEqual(['unprocessable', 'catalogue-invalid']);
    expect(error.message).toContain('hmh.json');
    return error.fields.map(({ pointer, detail }) => `${pointer} ${detail}`);
  }
  return [];
}

describe('a catalogue file', () => {
  test.each([...shippedCatalogues.values()])('that is shipped has no problems: $system', (catalogue) => {
    expect(parseCatalogue(structuredClone(catalogue), catalogue.system)).toEqual(catalogue);
  });

  test('with an unknown role in a cell is refused with the roles it has', () => {
    const [problem] = problemsAfter((d) => Object.assign(d.rows[0]?.cells ?? {}, { janitor: 'allow' }));
    expect(problem).toMatch(/^\/rows\/0\/cells\/janitor Unknown role "janitor"\. .*school_data_admin/);
  });

  test('with an unknown condition is refused with the conditions there are', () => {
    const cell = { when: [{ kind: 'moonPhase' }] };
    const [problem] = problemsAfter((d) => Object.assign(d.rows[0]?.cells ?? {}, { teacher: cell }));
    expect(problem).toMatch(/^\/rows\/0\/cells\/teacher\/when\/0\/kind There is no such .*assignedClass/);
  });

  test('with a cell that is neither allow nor conditions is refused', () => {
    const [problem] = problemsAfter((d) => Object.assign(d.rows[0]?.cells ?? {}, { teacher: 'perhaps' }));
    expect(problem).toMatch(/^\/rows\/0\/cells\/teacher .*A cell is "allow" or/);
  });

  test('with the same row, role or setting twice is refused', () => {
    expect(problemsAfter((d) => d.rows.push(...d.rows.slice(1, 2)))).toEqual([
      '/rows/12/permission "roster.manual_manage" stands here twice. Keep one of them; the other is /rows/1.',
    ]);
    expect(problemsAfter((d) => d.roles.push(...d.roles.slice(0, 1)))[0]).toMatch(/^\/roles\/10\/id .*twice/);
    expect(problemsAfter((d) => d.settings.push(...d.settings.slice(0, 1)))[0]).toMatch(
      /^\/settings\/2\/id .*twice/,
    );
  });

  test('with a reading that has no reason is refused', () => {
    const [problem] = problemsAfter((d) => Object.assign(d.rows[0] ?? {}, { standing: 'read' }));
    expect(problem).toMatch(/^\/rows\/0\/reason /);
  });

  test('with a grant by a setting that it does not declare is refused', () => {
    const cell = { when: [{ kind: 'granted', setting: 'hmh.nothing' }] };
    const [problem] = problemsAfter((d) => Object.assign(d.rows[0]?.cells ?? {}, { teacher: cell }));
    expect(problem).toMatch(/^\/rows\/0\/cells\/teacher\/when\/0\/setting .*not declared/);
  });

  test('with a setting that nothing changes, or of another system, is refused', () => {
    expect(
      problemsAfter((d) => Object.assign(d.settings[0] ?? {}, { changeWith: 'roster.view' }))[0],
    ).toMatch(/^\/settings\/0\/changeWith /);
    expect(problemsAfter((d) => Object.assign(d.settings[1] ?? {}, { id: 'nsc.x' }))[0]).toMatch(
      /^\/settings\/1\/id .*begins with "hmh\."/,
    );
  });

  test('with a source in another document, or none, is refused', () => {
    expect(problemsAfter((d) => Object.assign(d.rows[0] ?? {}, { source: ['002:1'] }))[0]).toMatch(
      /^\/rows\/0\/source\/0 .*not in the document "001"/,
    );
    expect(problemsAfter((d) => Object.assign(d.rows[0] ?? {}, { source: ['141'] }))[0]).toMatch(
      /^\/rows\/0\/source\/0 .*A source is/,
    );
    expect(problemsAfter((d) => Object.assign(d.rows[0] ?? {}, { source: [] }))[0]).toMatch(
      /^\/rows\/0\/source /,
    );
  });

  test('with a role for a scope that it does not list is refused', () => {
    expect(problemsAfter((d) => d.scopes.pop())).toHaveLength(6);
  });

  test('with a rule that names an unknown role or setting, or another document, is refused', () => {
    const rule = (must: unknown, source = '001:75') =>
      problemsAfter((d) =>
        Object.assign(d.rows[0] ?? {}, { rules: [{ says: 'No.', must, source: [source] }] }),
      );
    expect(rule({ kind: 'holdsOnly', roles: ['teacher', 'janitor'] })[0]).toMatch(
      /^\/rows\/0\/rules\/0\/must\/roles\/1 Unknown role "janitor"/,
    );
    expect(rule({ kind: 'granted', setting: 'hmh.nothing' })[0]).toMatch(
      /^\/rows\/0\/rules\/0\/must\/setting .*not declared/,
    );
    expect(rule({ kind: 'ownAccount' }, '002:1')[0]).toMatch(/^\/rows\/0\/rules\/0\/source\/0 .*not in the/);
  });

  test('with exclusive roles that it does not have, or a role for scopes that it does not list, is refused', () => {
    expect(problemsAfter((d) => Object.assign(d, { oneOf: ['teacher', 'janitor'] }))[0]).toMatch(
      /^\/oneOf\/1 Unknown role/,
    );
    expect(problemsAfter((d) => Object.assign(d.roles[0] ?? {}, { alsoFor: ['class'] }))[0]).toMatch(
      /^\/roles\/0\/alsoFor\/0 .*Add "class" to scopes/,
    );
  });

  test('with a row of its own for role.effective is refused', () => {
    const [problem] = problemsAfter((d) => Object.assign(d.rows[0] ?? {}, { permission: 'role.effective' }));
    expect(problem).toMatch(/^\/rows\/0\/permission Every system answers role\.effective/);
  });

  test('with an overlay that changes what is not there is refused', () => {
    const problems = problemsAfter((d) =>
      Object.assign(d.overlays[0]?.changes[0] ?? {}, { permission: 'roster.burn', role: 'janitor' }),
    );
    expect(problems).toEqual([
      expect.stringMatching(/^\/overlays\/0\/changes\/0\/permission /),
      expect.stringMatching(/^\/overlays\/0\/changes\/0\/role Unknown role/),
    ]);
  });

  test.each([[null], [[]], ['{}'], [{}], [{ ...hmh, extra: 1 }]])('that is %j is refused', (json) => {
    expect(() => parseCatalogue(json, 'custom.json')).toThrow(RequestError);
  });
});
