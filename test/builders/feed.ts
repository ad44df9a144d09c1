import type { Feed } from '../../shared/messages/districts.ts';
import { defaultRemoval, normalSeason } from '../../shared/roster/season.ts';
import { defaultGuard } from '../../shared/roster/sync.ts';

/** A feed with the settings it has where nobody says otherwise. */
export function aFeed(more: Partial<Feed> = {}): Feed {
  return {
    id: 'sis',
    format: 'oneroster-csv',
    source: 'upload',
    guard: defaultGuard,
    include: { phones: false, demographics: false },
    season: { ...normalSeason },
    removal: defaultRemoval,
    updatedAt: '2026-11-21T00:00:00Z',
    ...more,
  };
}
