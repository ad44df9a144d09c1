import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { localName } from '../../infra/local/identities.ts';
import { grantsIn } from './template/grants.ts';
import { synthesized } from './template/synthesized.ts';

const without = synthesized();
const declared = synthesized(() => undefined, { sftp: 'true' });

test('there is no SFTP server, which costs by the hour, unless somebody asks for one', () => {
  expect(without.ofType('AWS::Transfer::Server')).toEqual([]);
});

describe('the SFTP server that somebody asked for', () => {
  test('speaks SFTP alone, and asks the identity function about passwords and keys', () => {
    const servers = declared.ofType('AWS::Transfer::Server').map((one) =>
      declared.read(
        one,
        z.object({
          Protocols: z.array(z.string()),
          IdentityProviderType: z.string(),
          IdentityProviderDetails: z.object({ Function: z.string(), SftpAuthenticationMethods: z.string() }),
        }),
      ),
    );
    expect(servers).toEqual([
      {
        Protocols: ['SFTP'],
        IdentityProviderType: 'AWS_LAMBDA',
        IdentityProviderDetails: {
          Function: expect.stringContaining('identify-sftp'),
          SftpAuthenticationMethods: 'PUBLIC_KEY_OR_PASSWORD',
        },
      },
    ]);
  });

  test('is the only one of Transfer Family that may ask it, for its own account', () => {
    const Permission = z.object({
      Principal: z.string(),
      FunctionName: z.string(),
      SourceAccount: z.string().optional(),
      SourceArn: z.string().optional(),
    });
    const asking = declared
      .ofType('AWS::Lambda::Permission')
      .map((one) => declared.read(one, Permission))
      .filter(({ Principal }) => Principal === 'transfer.amazonaws.com');
    expect(asking).toEqual([
      {
        Principal: 'transfer.amazonaws.com',
        FunctionName: expect.stringContaining('identify-sftp'),
        SourceAccount: expect.stringMatching(/./),
        SourceArn: expect.stringMatching(/:transfer:.*:server\//),
      },
    ]);
  });

  test('has what was fetched told to the function that hears it, and kept where it cannot be', () => {
    const Rule = z.object({
      EventPattern: z.object({ source: z.array(z.string()), 'detail-type': z.array(z.string()) }),
      Targets: z.array(z.object({ Arn: z.string(), DeadLetterConfig: z.object({ Arn: z.string() }) })),
    });
    const rules = declared
      .ofType('AWS::Events::Rule')
      .filter((one) => one.logicalId.startsWith('Downloads'))
      .map((one) => declared.read(one, Rule));
    expect(rules).toMatchObject([
      {
        EventPattern: { source: ['aws.transfer'], 'detail-type': ['SFTP Server File Download Completed'] },
        Targets: [{ Arn: expect.stringContaining('hear-sftp') }],
      },
    ]);
  });

  test('adds no grant to what the deployment has without it', () => {
    const tell = ({ holder, action, resource }: ReturnType<typeof grantsIn>[number]) =>
      `${holder}: ${action} on ${resource}`;
    const had = new Set(grantsIn(without).map(tell));
    expect(
      grantsIn(declared)
        .map(tell)
        .filter((one) => !had.has(one)),
    ).toEqual([]);
    expect(declared.ofType('AWS::Lambda::Function').map(localName)).toEqual(
      without.ofType('AWS::Lambda::Function').map(localName),
    );
  });
});
