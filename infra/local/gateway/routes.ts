import { decodeLoosely, type Match } from './http-event.ts';

type Segment = { kind: 'literal' | 'parameter' | 'greedy'; text: string };
export type RouteTarget = { routeKey: string; functionName: string; authorizer: string | undefined };
type Compiled = RouteTarget & { method: string; segments: Segment[] };

const order = { literal: 0, parameter: 1, greedy: 2 };

/** Finds routes as HTTP APIs do: a literal segment before a parameter before a greedy one, and a method before ANY. */
export class RouteTable {
  readonly #routes: Compiled[];

  constructor(targets: readonly RouteTarget[]) {
    this.#routes = targets.map(compile).sort(bySpecificity);
  }

  find(method: string, pathname: string): (RouteTarget & { match: Match }) | undefined {
    const parts = pathname.split('/').slice(1);
    for (const route of this.#routes) {
      if (route.method !== 'ANY' && route.method !== method) continue;
      const pathParameters = matchSegments(route.segments, parts);
      if (pathParameters !== undefined)
        return { ...route, match: { routeKey: route.routeKey, pathParameters } };
    }
    return undefined;
  }
}

function compile(target: RouteTarget): Compiled {
  const [method = 'ANY', path] =
    target.routeKey === '$default' ? ['ANY', '/{proxy+}'] : target.routeKey.split(' ');
  const segments = (path ?? '/')
    .split('/')
    .slice(1)
    .map((text): Segment => {
      const name = /^\{(.+?)(\+?)\}$/.exec(text);
      if (name === null) return { kind: 'literal', text };
      return { kind: name[2] === '+' ? 'greedy' : 'parameter', text: name[1] ?? '' };
    });
  return { ...target, method, segments };
}

function matchSegments(segments: Segment[], parts: string[]): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  for (const [index, { kind, text }] of segments.entries()) {
    const part = parts[index];
    if (part === undefined) return undefined;
    if (kind === 'greedy') {
      found[text] = decodeLoosely(parts.slice(index).join('/'));
      return found;
    }
    if (kind === 'literal' ? part !== text : part === '') return undefined;
    if (kind === 'parameter') found[text] = decodeLoosely(part);
  }
  return parts.length === segments.length ? found : undefined;
}

function bySpecificity(a: Compiled, b: Compiled): number {
  for (let index = 0; index < Math.min(a.segments.length, b.segments.length); index++) {
    const difference =
      order[a.segments[index]?.kind ?? 'greedy'] - order[b.segments[index]?.kind ?? 'greedy'];
    if (difference !== 0) return difference;
  }
  return b.segments.length - a.segments.length || Number(a.method === 'ANY') - Number(b.method === 'ANY');
}
