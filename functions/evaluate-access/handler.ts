import type { Events } from '../../shared/runtime/events.ts';
import { httpHandler } from '../../shared/runtime/http-handler.ts';
import { type EvaluationDeps, makeEvaluations } from './evaluations.ts';
import { makeSearch, type SearchDeps } from './search.ts';

export type Deps = EvaluationDeps & SearchDeps & { events: Events; now: () => Date };

export function makeHandler({ access, candidates, cataloguesOf, events, now }: Deps) {
  const evaluations = makeEvaluations({ access, cataloguesOf });
  const search = makeSearch({ access, candidates, cataloguesOf });

  return httpHandler<'evaluate-access'>({
    function: 'evaluate-access',
    events,
    now,
    handlers: {
      async evaluateAccess(request) {
        return evaluations.one(request);
      },
      async evaluateAccessBatch(request) {
        return evaluations.many(request);
      },
      async searchSubjects(request) {
        return search.subjects(request);
      },
      async searchResources(request) {
        return search.resources(request);
      },
      async searchActions(request) {
        return search.actions(request);
      },
    },
  });
}
