/** Ask who must act, and whether retrying helps: each class is one answer to both. */
abstract class DomainError extends Error {
  abstract readonly code: string;
}

/** Statuses that a caller's mistake can have; the one table from kind to HTTP status is in `runtime/problems.ts`. */
type RequestErrorKind =
  | 'malformed'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'gone'
  | 'conflict'
  | 'precondition-failed'
  | 'unprocessable'
  | 'too-large'
  | 'unsupported-media-type'
  | 'rate-limited';

/** A place in a request body (JSON pointer) and what is wrong there; `code` where a page says it in other words. */
export type FieldProblem = { pointer: string; detail: string; code?: string };

/** The caller's mistake: shown to them, never retried by us. */
export class RequestError extends DomainError {
  override name = 'RequestError';
  readonly kind: RequestErrorKind;
  readonly code: string;
  readonly fields: readonly FieldProblem[];
  /** Extra members of the problem document, e.g. the keys that moved. */
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(
    kind: RequestErrorKind,
    code: string,
    message: string,
    more: { fields?: readonly FieldProblem[]; detail?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.kind = kind;
    this.code = code;
    this.fields = more.fields ?? [];
    this.detail = more.detail ?? {};
  }
}

/** Why a whole feed was refused, in the words of `GET …/problems`. */
export type FeedRejection =
  | 'not-a-zip'
  | 'empty-zip'
  | 'zip-damaged'
  | 'zip-bomb'
  | 'unsafe-entry-name'
  | 'nested-folder'
  | 'manifest-missing'
  | 'manifest-invalid'
  | 'manifest-contradicted'
  | 'version-unsupported'
  | 'file-missing'
  | 'file-unknown'
  | 'header-missing'
  | 'header-duplicate'
  | 'column-missing'
  | 'header-only'
  | 'not-utf8'
  | 'malformed-csv'
  | 'row-too-long'
  | 'too-many-rows'
  | 'columns-changed'
  | 'rows-lost'
  | 'older-file'
  | 'other-district'
  | 'format-mismatch'
  | 'format-unclear'
  | 'person-unclear'
  | 'place-unclear'
  | 'upload-incomplete';

/** Why a feed could not be pulled from an API. */
export type PullRejection =
  | 'vendor-refused'
  | 'vendor-answer'
  | 'vendor-paging'
  | 'vendor-address'
  /** The vendor's data stands still for now, and is not to be taken for the district's. */
  | 'vendor-paused'
  | 'pull-too-long';

/** The feed can never work: recorded on the sync, acknowledged, shown to the district. */
export class FeedRejected extends DomainError {
  override name = 'FeedRejected';
  readonly code: FeedRejection;
  readonly hint: string;
  readonly where: { file?: string; row?: number; column?: string };

  constructor(
    code: FeedRejection,
    message: string,
    more: { hint: string; where?: FeedRejected['where']; cause?: unknown },
  ) {
    super(message, { cause: more.cause });
    this.code = code;
    this.hint = more.hint;
    this.where = more.where ?? {};
  }
}

/** Our bug: something reached for another district than the one that it works for. Never shown, never retried. */
export class WallBreached extends Error {
  override name = 'WallBreached';
}

/** A store, queue or bucket did not answer: worth trying again. */
export class StoreUnavailable extends DomainError {
  override name: string = 'StoreUnavailable';
  readonly code: string = 'store-unavailable';
}

/** An identity provider did not answer, or not as one does: worth trying again. */
export class ProviderUnavailable extends StoreUnavailable {
  override name = 'ProviderUnavailable';
  override readonly code = 'provider-unavailable';
}

/** A mail did not go out: worth trying again. */
export class MailUnsent extends DomainError {
  override name = 'MailUnsent';
  readonly code = 'mail-unsent';
}
