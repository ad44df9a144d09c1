import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { calling } from './calls.ts';
import { oidcStateKey } from './keys.ts';

const OidcState = z.object({
  provider: z.string(),
  /** The provider as it was then: an answer after a change of its settings is of no use. */
  revision: z.int(),
  nonce: z.string(),
  codeVerifier: z.string(),
  redirectUri: z.string(),
  returnTo: z.string(),
  /** Digest of what only the browser that began has. */
  browser: z.string(),
  /** Where a person links their own account: which, and the session that asked. */
  link: z.object({ account: z.string(), session: z.string() }).optional(),
  until: z.string(),
});
export type OidcState = z.infer<typeof OidcState>;

/** Browsers that were led to a provider and did not come back yet. `logins`: pk = district, `oidc-state`, digest; sk = `state`. */
export class OidcStates {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async open(district: string, digest: string, state: OidcState): Promise<void> {
    const expiresAt = Math.ceil(Date.parse(state.until) / 1000);
    const Item = { ...oidcStateKey(district, digest), ...state, expiresAt };
    await calling(this.#dynamo.send(new PutCommand({ TableName: this.#table, Item })));
  }

  /** Once: whoever comes second finds nothing. */
  async take(district: string, digest: string, now: Date): Promise<OidcState | undefined> {
    const { Attributes } = await calling(
      this.#dynamo.send(
        new DeleteCommand({
          TableName: this.#table,
          Key: oidcStateKey(district, digest),
          ReturnValues: 'ALL_OLD',
        }),
      ),
    );
    if (Attributes === undefined) return undefined;
    const state = OidcState.parse(Attributes);
    return state.until > now.toISOString() ? state : undefined;
  }
}
