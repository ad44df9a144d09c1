import type { Command } from 'commander';
import type { Evaluation, Provenance, UserAccess } from '../api-types.ts';
import type { ApiClient } from '../client.ts';
import { ApiRefused, exitCodes } from '../failures.ts';
import { addProperty, type Properties, type Resource, resource } from '../question.ts';
import { evaluationText } from '../render.ts';
import { answer, connection, type Terminal } from './context.ts';

export function addCheck(program: Command, terminal: Terminal): void {
  const commands = [
    {
      name: 'check',
      explain: false,
      description: 'may this user do this to this resource? exits 0 if so, 1 if not',
    },
    {
      name: 'explain',
      explain: true,
      description:
        'the same, with every fact that decided, where the role comes from, and the nearest misses',
    },
  ];
  for (const { name, explain, description } of commands) {
    program
      .command(name)
      .description(description)
      .argument('<user>', 'sourcedId of the person')
      .argument('<action>', 'system and permission, e.g. hmh:roster.view')
      .argument('<resource>', 'type and id, e.g. class:cls-001-002', resource)
      .option(
        '--property <key=value>',
        'what the service cannot know of the resource; repeatable',
        addProperty,
        {},
      )
      .action(
        async (
          user: string,
          action: string,
          on: Resource,
          options: { property: Properties },
          command: Command,
        ) => {
          const { client, district } = await connection(command, terminal);
          const evaluation = await client.post<Evaluation>('/access/v1/evaluation', {
            subject: { type: 'user', id: user },
            action: { name: action },
            resource: { ...on, properties: options.property },
            context: { district, explain },
          });
          const { assignment } = evaluation.context.reason;
          const provenance = explain ? await provenanceOf(client, { district, user, assignment }) : undefined;
          const document = provenance === undefined ? evaluation : { ...evaluation, provenance };
          answer(command, terminal, document, () => evaluationText(evaluation, provenance));
          terminal.exit(evaluation.decision ? exitCodes.done : exitCodes.no);
        },
      );
  }
}

/** Where the assignment comes from; unknown to a client that may ask for decisions and nothing else. */
async function provenanceOf(
  client: ApiClient,
  at: { district: string; user: string; assignment: string | undefined },
): Promise<Provenance | undefined> {
  if (at.assignment === undefined) return undefined;
  try {
    const path = `/v1/districts/${at.district}/users/${encodeURIComponent(at.user)}/access`;
    const { assignments } = await client.get<UserAccess>(path);
    return assignments.find(({ id }) => id === at.assignment)?.provenance;
  } catch (error) {
    if (error instanceof ApiRefused && (error.problem.status === 403 || error.problem.status === 404))
      return undefined;
    throw error;
  }
}
