/**
 * Whom an SFTP username may stand for, in the order in which it is looked for: a username as it is, which may have an `@` of its own,
 * then `name@district`, where a name is in several districts (decision 0033).
 */
export function sftpNames(username: string): { name: string; district?: string }[] {
  const at = username.lastIndexOf('@');
  const district = username.slice(at + 1);
  if (at < 1 || !/^[a-z0-9][a-z0-9-]{0,62}$/.test(district)) return [{ name: username }];
  return [{ name: username }, { name: username.slice(0, at), district }];
}

/** Where a stage's SFTP server is, and by what clients know it. */
export type SftpServer = { host: string; port: string; fingerprint: string };

/** @returns nothing where the stage has no such server */
export function sftpServerIn(variables: {
  SFTP_HOST: string;
  SFTP_PORT: string;
  SFTP_FINGERPRINT: string;
}): SftpServer | undefined {
  const { SFTP_HOST: host, SFTP_PORT: port, SFTP_FINGERPRINT: fingerprint } = variables;
  return host === '' ? undefined : { host, port, fingerprint };
}
