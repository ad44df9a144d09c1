import * as z from 'zod';
import { DistrictPath, Id, Instant } from './parameters.ts';
import { ownOrMayEditUser } from './route-permissions.ts';

const SshKeysPath = DistrictPath.extend({ account: Id });

export const SshKeysView = z.object({
  keys: z.array(
    z.object({
      type: z.string(),
      line: z.string().meta({ description: 'Type and key, as they are sent to keep the key.' }),
      fingerprint: z.string().meta({ description: 'As `ssh-keygen -l` shows it.' }),
      comment: z.string().meta({ description: 'What followed the key on its line.' }),
      addedAt: Instant,
    }),
  ),
});

const SshKeysBody = z.strictObject({
  // An RSA key of 16,384 bits is 2.8 KB; whoever has more than twenty keys has lost sight of them.
  keys: z.array(z.string().max(8192)).max(20).meta({
    description: 'Lines of public keys as OpenSSH writes them: ed25519, ecdsa, rsa of 2,048 bits or more.',
  }),
});

/** Keys that people come by over SFTP (decision 0034). */
export const sshKeyRoutes = [
  {
    name: 'getSshKeys',
    method: 'GET',
    path: '/v1/districts/{district}/accounts/{account}/ssh-keys',
    function: 'manage-accounts',
    auth: 'token',
    permission: ownOrMayEditUser,
    summary: 'The keys that a user comes by over SFTP',
    params: SshKeysPath,
    response: SshKeysView,
  },
  {
    name: 'putSshKeys',
    method: 'PUT',
    path: '/v1/districts/{district}/accounts/{account}/ssh-keys',
    function: 'manage-accounts',
    auth: 'token',
    permission: ownOrMayEditUser,
    summary:
      'The public keys that a user comes by over SFTP from now on, in place of those of before. For one’s own a fresh sign-in is needed',
    params: SshKeysPath,
    body: SshKeysBody,
    response: SshKeysView,
  },
] as const;
