/** Pieces of Cedar's policy and schema language. Expressions are texts, each whole enough to stand in `&&` and `||`. */

/** A string literal. */
export function quote(value: string): string {
  const escaped = JSON.stringify(value).replaceAll(/\\u([0-9a-f]{4})/g, '\\u{$1}');
  return escaped.replaceAll('\\b', '\\u{8}').replaceAll('\\f', '\\u{c}');
}

/** `record.name`, or `record["a name"]`. */
export function attribute(record: string, name: string): string {
  return isIdentifier(name) ? `${record}.${name}` : `${record}[${quote(name)}]`;
}

/** Whether the record has the attribute. */
export function has(record: string, name: string): string {
  return `${record} has ${isIdentifier(name) ? name : quote(name)}`;
}

/** The name of an attribute in a schema. */
export function attributeName(name: string): string {
  return isIdentifier(name) ? name : quote(name);
}

const reserved = ['true', 'false', 'if', 'then', 'else', 'in', 'is', 'like', 'has', '__cedar'];

function isIdentifier(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.includes(name);
}

/** A set of strings; never empty, since Cedar can't tell the type of an empty one. */
export function setOf(values: readonly string[]): string {
  return `[${values.map(quote).join(', ')}]`;
}

export function all(...parts: readonly string[]): string {
  return joined(parts, '&&', 'true');
}

export function any(...parts: readonly string[]): string {
  return joined(parts, '||', 'false');
}

function joined(parts: readonly string[], operator: string, none: string): string {
  const [first = none, ...others] = parts;
  return others.length === 0 ? first : `(${parts.join(` ${operator} `)})`;
}

export function not(part: string): string {
  return part.startsWith('(') && isOneGroup(part) ? `!${part}` : `!(${part})`;
}

/** The validator lets an optional attribute be read in `then`, where `condition` says that it is there. */
export function choose(condition: string, then: string, otherwise: string): string {
  return `(if ${condition} then ${then} else ${otherwise})`;
}

/** Whether the first parenthesis closes at the very end, strings left aside. */
function isOneGroup(part: string): boolean {
  let depth = 0;
  const bare = part.replaceAll(/"(?:[^"\\]|\\.)*"/g, (text) => '_'.repeat(text.length));
  for (const [i, sign] of [...bare].entries()) {
    depth += sign === '(' ? 1 : sign === ')' ? -1 : 0;
    if (depth === 0) return i === bare.length - 1;
  }
  return false;
}

type Policy = {
  effect: 'permit' | 'forbid';
  annotations: Readonly<Record<string, string | undefined>>;
  /** The three parts of the scope, e.g. `principal is Hmh::User`. */
  scope: readonly [principal: string, action: string, resource: string];
  when?: readonly string[];
  unless?: readonly string[];
};

export function policyText({ effect, annotations, scope, when = [], unless = [] }: Policy): string {
  const notes = Object.entries(annotations).flatMap(([name, value]) =>
    value === undefined ? [] : [`@${name}(${quote(value)})`],
  );
  const clauses = [
    ...when.map((part) => `when { ${bare(part)} }`),
    ...unless.map((part) => `unless { ${bare(part)} }`),
  ];
  const head = `${effect} (\n${scope.map((part) => `  ${part}`).join(',\n')}\n)`;
  return `${[...notes, head, ...clauses].join('\n')};`;
}

function bare(part: string): string {
  return part.startsWith('(') && isOneGroup(part) ? part.slice(1, -1) : part;
}
