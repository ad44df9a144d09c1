/** As much of the package as `openid-provider.ts` uses; it has no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  type Grant = { addOIDCScope(scope: string): void; save(): Promise<string> };
  type Context = {
    oidc: {
      client: { clientId: string };
      account?: { accountId: string };
      session: { accountId?: string };
      provider: { Grant: new (of: { clientId: string; accountId: string | undefined }) => Grant };
    };
  };

  export type Configuration = {
    clients: Record<string, unknown>[];
    jwks: { keys: Record<string, unknown>[] };
    claims: Record<string, string[]>;
    scopes: string[];
    pkce: { required: () => boolean };
    conformIdTokenClaims: boolean;
    features: { devInteractions: { enabled: boolean } };
    cookies: { keys: string[] };
    findAccount: (
      ctx: Context,
      id: string,
    ) => { accountId: string; claims: () => Record<string, unknown> & { sub: string } };
    loadExistingGrant: (ctx: Context) => Promise<Grant>;
    interactions: { url: (ctx: Context, interaction: { uid: string }) => string };
  };

  export class Provider {
    constructor(issuer: string, configuration: Configuration);
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: Record<string, unknown>,
    ): Promise<void>;
  }
}
