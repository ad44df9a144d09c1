import { expect, test } from 'vitest';
import { makeOpenapi } from './openapi.ts';
import type { Route } from './route.ts';
import { routes } from './routes.ts';

const document = makeOpenapi();
const table: readonly Route[] = routes;

test('every route is described, under its own operationId', () => {
  const described = Object.entries(
    document.paths as Record<string, Record<string, { operationId: string }>>,
  ).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`,
    ),
  );
  expect(described.toSorted()).toEqual(
    table.map(({ name, method, path }) => `${name} ${method} ${path}`).toSorted(),
  );
});

test('names are unique, and every parameter of a path has a schema', () => {
  expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
  for (const { path, params } of table) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(Object.keys(params?.shape ?? {}).toSorted()).toEqual(inPath.toSorted());
  }
});

test('whatever is not public says what it needs, and names a district where a permission is asked on one', () => {
  for (const { auth, permission, path } of table) {
    if (auth === 'public') expect(permission).toBeUndefined();
    if (typeof permission === 'object' && 'action' in permission) expect(path).toContain('/{district}');
    if (path.includes('/{district}')) expect(permission).toBeDefined();
  }
});

test('a body is described as it is sent, a response as it comes', () => {
  const text = JSON.stringify(document);
  expect(text).toContain('"operationId":"createClient"');
  expect(text).toContain('urn:rolebook:problem:');
  // A default makes a field optional to the sender, and certain to the reader.
  const { paths } = document as unknown as {
    paths: Record<
      string,
      Record<string, { requestBody: { content: Record<string, { schema: { required: string[] } }> } }>
    >;
  };
  const feed =
    paths['/v1/districts/{district}/feeds/{feed}']?.put?.requestBody.content['application/json']?.schema;
  expect(feed?.required).toEqual(['format', 'source']);
});
