import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Deps } from './deps.ts';

/** Whoever is not let in hears of it on a multiple of this: what is left of differences in work is rounded away. */
const beatMs = 250;

/** Around all else, the audit's lines included. Whoever is let in hears of it at once. */
export function onBeat<Event>({
  clock,
  pause,
}: Pick<Deps, 'clock' | 'pause'>): MiddlewareObj<
  Event,
  APIGatewayProxyStructuredResultV2,
  Error,
  object,
  { began: number }
> {
  return {
    before(request) {
      request.internal.began = clock();
    },
    async after({ internal, response }) {
      if (response?.statusCode !== 401) return;
      const taken = clock() - internal.began;
      await pause(Math.ceil(taken / beatMs) * beatMs - taken);
    },
  };
}
