import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Beat, untilBeat } from '../../shared/runtime/on-beat.ts';

/** Around all else, the audit's lines included. Whoever is let in hears of it at once. */
export function onBeat<Event>(
  beat: Beat,
): MiddlewareObj<Event, APIGatewayProxyStructuredResultV2, Error, object, { began: number }> {
  return {
    before(request) {
      request.internal.began = beat.clock();
    },
    async after({ internal, response }) {
      if (response?.statusCode !== 401) return;
      await untilBeat(beat, internal.began);
    },
  };
}
