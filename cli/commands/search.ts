import type { Command } from 'commander';
import type { SearchPage } from '../api-types.ts';
import type { ApiClient } from '../client.ts';
import { addProperty, type Properties, type Resource, resource } from '../question.ts';
import { answer, connection, type Terminal } from './context.ts';

const property = [
  '--property <key=value>',
  'what the service cannot know of the resource; repeatable',
] as const;

export function addSearch(program: Command, terminal: Terminal): void {
  program
    .command('who-can')
    .description('every user who may do this to this resource')
    .argument('<action>', 'system and permission, e.g. hmh:roster.view')
    .argument('<resource>', 'type and id, e.g. class:cls-001-002', resource)
    .option(...property, addProperty, {})
    .action(async (action: string, on: Resource, options: Options, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const found = await everyPage<{ type: string; id: string }>(client, '/access/v1/search/subject', {
        subject: { type: 'user' },
        action: { name: action },
        resource: { ...on, properties: options.property },
        context: { district },
      });
      answer(command, terminal, found, () =>
        listText(
          found,
          found.results.map(({ id }) => id),
          'Nobody.',
        ),
      );
    });

  program
    .command('what-can')
    .description('everything that this user may do to this resource')
    .argument('<user>', 'sourcedId of the person')
    .argument('<resource>', 'type and id, e.g. class:cls-001-002', resource)
    .option(...property, addProperty, {})
    .action(async (user: string, on: Resource, options: Options, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const found = await everyPage<{ name: string }>(client, '/access/v1/search/action', {
        subject: { type: 'user', id: user },
        resource: { ...on, properties: options.property },
        context: { district },
      });
      answer(command, terminal, found, () =>
        listText(
          found,
          found.results.map(({ name }) => name),
          'Nothing.',
        ),
      );
    });
}

type Options = { property: Properties };
type Search<T> = { results: T[]; moved?: true; unlisted?: string };

/** All results, of as many pages as there are; with what the service says of their completeness. */
async function everyPage<T>(client: ApiClient, path: string, question: object): Promise<Search<T>> {
  const search: Search<T> = { results: [] };
  for (let token: string | undefined; token !== ''; ) {
    const page = { limit: 1000, ...(token === undefined ? {} : { token }) };
    const { results, page: next, context } = await client.post<SearchPage<T>>(path, { ...question, page });
    search.results.push(...results);
    if (context.moved) search.moved = true;
    if (context.unlisted !== undefined) search.unlisted = context.unlisted;
    token = next.next_token;
  }
  return search;
}

function listText<T>({ moved, unlisted }: Search<T>, lines: string[], none: string): string {
  return [
    lines.length === 0 ? none : lines.join('\n'),
    ...(moved ? ['A roster was committed meanwhile: what it changed may be missing. Ask again.'] : []),
    ...(unlisted === undefined ? [] : [`Not listed: ${unlisted}.`]),
  ].join('\n');
}
