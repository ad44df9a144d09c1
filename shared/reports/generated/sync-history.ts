import { entities } from '../../roster/records.ts';
import { type EntityCounts, noCounts, type Sync } from '../../roster/sync.ts';
import type { Row } from './told-person.ts';

const counted = ['created', 'updated', 'reactivated', 'suspended', 'marked', 'rejected'] as const;

/** A row for each sync: what it was and how many records it touched, and nobody's data. */
export const syncHistory = {
  columns: [
    'Sync',
    'Kind',
    'Feed',
    'State',
    'Dry run',
    'Asked by',
    'Asked at',
    'Started at',
    'Finished at',
    ...counted.map((name) => `Records ${name}`),
    'Approved by',
    'Why it ended so',
  ],
  rowOf(sync: Sync): Row {
    const counts = sync.counts ?? noCounts();
    const sum = (name: (typeof counted)[number] & keyof EntityCounts) =>
      String(entities.reduce((total, entity) => total + counts[entity][name], 0));
    return [
      sync.syncId,
      sync.kind,
      sync.feed ?? '',
      sync.state,
      sync.dryRun ? 'yes' : 'no',
      sync.requestedBy,
      sync.requestedAt,
      sync.startedAt ?? '',
      sync.finishedAt ?? '',
      ...counted.map(sum),
      sync.approval?.by ?? '',
      sync.rejection?.code ?? sync.failure ?? '',
    ];
  },
};
