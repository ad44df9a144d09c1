import * as z from 'zod';

export const Env = z.object({
  /** The bucket that the page of reports lets a browser put files into, by presigned addresses alone. */
  FILES_BUCKET: z.string(),
  /** Of the SFTP server; empty where there is none. */
  SFTP_HOST: z.string(),
  SFTP_PORT: z.string(),
  SFTP_FINGERPRINT: z.string(),
});
