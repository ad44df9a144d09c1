import type { NewLine, Personal, Plain } from '../audit/line.ts';

/** Something that a person may have to answer for. */
export type AuditEntry = {
  /** Absent for what the operator does to no district. */
  district?: string;
  by: string;
  action:
    | 'district-created'
    | 'season-days-changed'
    | 'client-created'
    | 'client-revoked'
    | 'client-secret-changed'
    | 'client-secret-ended'
    | 'role-assigned'
    | 'role-requested'
    | 'role-confirmed'
    | 'role-taken-away'
    | 'settings-changed'
    | 'district-changed'
    | 'customer-changed'
    | 'tags-changed'
    | 'seat-transferred'
    | 'feed-changed'
    | 'feed-credentials-changed'
    | 'gate-overruled'
    | 'mapping-drafted'
    | 'mapping-simulated'
    | 'mapping-approved'
    | 'record-edited'
    | 'edit-released'
    | 'people-merged'
    | 'people-told-apart'
    | 'match-undone'
    | 'identity-said'
    | 'identity-unsaid'
    | 'edits-approved'
    | 'sync-approved'
    | 'sync-rolled-back'
    | 'purge-started'
    | 'notifications-changed'
    | 'mail-suppression-lifted'
    | 'mail-sent-again'
    | 'purge-approved'
    | 'repair-started'
    | 'repair-approved'
    | 'account-created'
    | 'account-changed'
    | 'account-removed'
    | 'account-rules-changed'
    | 'account-invited'
    | 'account-locked'
    | 'signed-in'
    | 'sessions-ended'
    | 'password-changed'
    | 'password-reset'
    | 'staff-left'
    | 'fact-changed'
    | 'fact-removed'
    | 'catalogue-changed'
    | 'overlay-changed'
    | 'resource-changed'
    | 'identity-provider-changed'
    | 'identity-provider-removed'
    | 'identity-linked'
    | 'identity-unlinked'
    | 'second-factor-added'
    | 'second-factor-removed'
    | 'second-factors-taken-away'
    | 'sign-in-settings-changed'
    | 'ssh-keys-changed'
    | 'person-exported'
    | 'person-erased'
    | 'retention-changed'
    | 'sign-in-failed'
    | 'signed-out'
    | 'report-awaited'
    | 'report-asked'
    | 'report-downloaded'
    | 'report-link-made'
    | 'report-link-ended'
    | 'report-quotas-changed'
    | 'read'
    | 'audit-sealed'
    | 'webhook-created'
    | 'webhook-changed'
    | 'webhook-removed'
    | 'webhook-disabled'
    | 'webhook-secret-changed'
    | 'webhook-replayed';
  /** Ids only. */
  what: Record<string, string | number | boolean>;
  /** What it was, and is now; never a value that tells who somebody is. */
  before?: Plain;
  after?: Plain;
  /** Names, addresses and the like: kept beside the line, until that person is erased. Never logged. */
  personal?: Personal;
};

/** Where what was audited is kept for good (decision 0029). */
export type AuditTrail = {
  append(district: string | undefined, lines: readonly NewLine[]): Promise<void>;
};
