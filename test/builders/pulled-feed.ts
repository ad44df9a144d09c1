import type { Feed } from '../../shared/messages/districts.ts';
import { aFeed } from './feed.ts';

/** A feed of an API, with the settings it has where nobody says otherwise. */
export function aPulledFeed(more: Partial<Feed> = {}): Feed {
  return aFeed({
    id: 'api',
    format: 'oneroster-rest',
    source: {
      url: 'https://sis.example.org/ims',
      fullEveryDays: 7,
      credentials: { set: true, changedAt: '2026-11-21T00:00:00Z', version: 'version-1' },
    },
    ...more,
  });
}
