import { makeOpenapi } from '../../shared/messages/openapi.ts';
import type { ServiceState } from '../../shared/messages/service-state.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { httpHandler } from '../../shared/runtime/http-handler.ts';
import { Answer } from '../../shared/runtime/routing.ts';
import { docsPage } from './page.ts';

export type Deps = {
  deadLetters(): Promise<ServiceState['deadLetters']>;
  /** `undefined` where none is set up; it answers nothing where nobody answers. */
  scanner: (() => Promise<{ version: string; signaturesOf?: Date } | undefined>) | undefined;
  sftp: ServiceState['sftp'];
  mailFrom: string;
  events: Events;
  now: () => Date;
};

export function makeHandler({ deadLetters, scanner, sftp, mailFrom, events, now }: Deps) {
  const openapi = makeOpenapi();
  const page = docsPage(openapi);

  return httpHandler<'serve-docs'>({
    function: 'serve-docs',
    events,
    now,
    handlers: {
      async getHealth() {
        return { status: 'ok' };
      },
      async getServiceState() {
        const [waiting, said] = await Promise.all([deadLetters(), scanner?.()]);
        return {
          ...{ deadLetters: waiting, mailFrom },
          scanner: scanner === undefined ? { state: 'none' } : stateOf(said),
          ...(sftp === undefined ? {} : { sftp }),
        };
      },
      async getOpenapi() {
        return openapi;
      },
      async getDocs() {
        return new Answer(page.html, { headers: { 'content-security-policy': page.policy } });
      },
      async getAuthzenConfiguration({ origin }) {
        return {
          policy_decision_point: origin,
          access_evaluation_endpoint: `${origin}/access/v1/evaluation`,
          access_evaluations_endpoint: `${origin}/access/v1/evaluations`,
          search_subject_endpoint: `${origin}/access/v1/search/subject`,
          search_resource_endpoint: `${origin}/access/v1/search/resource`,
          search_action_endpoint: `${origin}/access/v1/search/action`,
        };
      },
    },
  });
}

function stateOf(said: { version: string; signaturesOf?: Date } | undefined): ServiceState['scanner'] {
  if (said === undefined) return { state: 'silent' };
  const { version, signaturesOf } = said;
  return {
    ...{ state: 'answers', version },
    ...(signaturesOf === undefined ? {} : { signaturesOf: signaturesOf.toISOString() }),
  };
}
