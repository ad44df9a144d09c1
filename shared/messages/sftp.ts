import * as z from 'zod';
import { Amount } from '../reports/quota.ts';

/**
 * What Transfer Family asks a custom identity provider, and what it takes for an answer; the embedded server does the same. Source: AWS
 * Transfer Family, «Using AWS Lambda to integrate your identity provider».
 */
export const SftpLogin = z.object({
  username: z.string().min(1).max(320),
  /** Absent or empty where somebody comes by a key. */
  password: z.string().max(1024).optional(),
  protocol: z.string(),
  serverId: z.string(),
  sourceIp: z.string(),
  /** Asks what there is room for, too: Transfer Family does not, and takes no answer with more in it than it knows. */
  asksLeft: z.literal(true).optional(),
});
export type SftpLogin = z.infer<typeof SftpLogin>;

/** One folder that a person sees: `Target` is `/bucket/prefix`, without a slash at its end. */
export const SftpFolders = z.array(z.object({ Entry: z.string(), Target: z.string() }));

/** What is left of an account's quota, by the `Target` of each folder that is written to. */
const Left = z.record(z.string(), Amount);

export const SftpEntry = z.object({
  Role: z.string(),
  /** Session policy, JSON: what the role may do for this person. */
  Policy: z.string(),
  HomeDirectoryType: z.literal('LOGICAL'),
  /** {@link SftpFolders}, JSON. */
  HomeDirectoryDetails: z.string(),
  /** Where no password was given: keys that are good for the person; may be empty. */
  PublicKeys: z.array(z.string()).optional(),
  Left: Left.optional(),
});
export type SftpEntry = z.infer<typeof SftpEntry>;
/** Empty: nobody comes in. */
export type SftpAnswer = SftpEntry | Record<string, never>;

/** As EventBridge hands it on. Source: AWS Transfer Family, «SFTP Server File Download Completed». */
export const SftpDownload = z.object({
  source: z.literal('aws.transfer'),
  'detail-type': z.literal('SFTP Server File Download Completed'),
  detail: z.object({
    username: z.string(),
    'session-id': z.string(),
    /** `/bucket/key`. */
    'file-path': z.string(),
    'end-timestamp': z.string(),
  }),
});
export type SftpDownload = z.infer<typeof SftpDownload>;
