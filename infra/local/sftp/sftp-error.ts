import ssh2 from 'ssh2';

const { STATUS_CODE } = ssh2.utils.sftp;

const codes = {
  eof: STATUS_CODE.EOF,
  missing: STATUS_CODE.NO_SUCH_FILE,
  denied: STATUS_CODE.PERMISSION_DENIED,
  failed: STATUS_CODE.FAILURE,
  unsupported: STATUS_CODE.OP_UNSUPPORTED,
};

/** A refusal that the client hears of; `message` is for people. */
export class SftpError extends Error {
  override name = 'SftpError';
  readonly code: number;
  constructor(kind: keyof typeof codes, message: string) {
    super(message);
    this.code = codes[kind];
  }
}

export const missing = (): SftpError => new SftpError('missing', 'There is no such file or folder.');
export const readOnly = (): SftpError => new SftpError('denied', 'Nothing is written here: use upload.');

export const noRoom = (): SftpError =>
  new SftpError(
    'failed',
    'This account has no room for it: what was brought makes room after ninety days, or your administrator gives more.',
  );
