import { makeOpenapi } from '../../shared/messages/openapi.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { httpHandler } from '../../shared/runtime/http-handler.ts';
import { Answer } from '../../shared/runtime/routing.ts';
import { docsPage } from './page.ts';

export type Deps = { events: Events; now: () => Date };

export function makeHandler({ events, now }: Deps) {
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
