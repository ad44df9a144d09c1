import { GetAccountCommand, GetEmailIdentityCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import { type Finding, missing, ok, warning } from './finding.ts';

export type Sending = { findings: Finding[] /** Of DKIM. */; tokens?: string[] };

/** What SES says of the account and the domain, asked with the caller's own credentials. */
export async function lookAtSending(ses: Pick<SESv2Client, 'send'>, domain: string): Promise<Sending> {
  try {
    const account = await ses.send(new GetAccountCommand({}));
    const identity = await ses.send(new GetEmailIdentityCommand({ EmailIdentity: domain })).catch(unknown);
    const { Max24HourSend: most = 0, SentLast24Hours: sent = 0 } = account.SendQuota ?? {};
    const isVerified = identity?.VerifiedForSendingStatus === true;
    const suppressed = account.SuppressionAttributes?.SuppressedReasons ?? [];
    return {
      tokens: identity?.DkimAttributes?.Tokens ?? [],
      findings: [
        account.ProductionAccessEnabled === true
          ? ok('SES', 'may send to anybody')
          : missing(
              'SES',
              'in the sandbox: only verified addresses get mail',
              'Ask AWS for production access.',
            ),
        account.SendingEnabled === true
          ? ok('SES sending', 'enabled')
          : missing('SES sending', 'paused by AWS', 'Look at the reputation of the account in SES.'),
        sent > 0.8 * most
          ? warning('SES quota', `${sent} of ${most} sent in 24 hours`, 'Ask AWS for a higher quota.')
          : ok('SES quota', `${sent} of ${most} sent in 24 hours`),
        isVerified
          ? ok('SES identity', `${domain} is verified`)
          : missing('SES identity', `${domain} is not verified`, `Verify ${domain} in SES.`),
        suppressed.includes('BOUNCE') && suppressed.includes('COMPLAINT')
          ? ok('SES suppression', 'bounces and complaints')
          : warning('SES suppression', 'not of bounces and complaints', 'Switch the list of the account on.'),
      ],
    };
  } catch (error) {
    const why = error instanceof Error ? error.name : 'unknown';
    return { findings: [warning('SES', `could not be asked (${why})`, 'Set AWS credentials and a region.')] };
  }
}

function unknown(error: unknown): undefined {
  if (error instanceof Error && error.name === 'NotFoundException') return undefined;
  throw error;
}
