import { createServer, type Socket } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import type { AuthContext, Connection, ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';
import type { SftpDownload, SftpEntry } from '../../../shared/messages/sftp.ts';
import { Attempts } from './attempts.ts';
import { Bucket } from './bucket.ts';
import { Door, type SftpLimits, usualLimits } from './door.ts';
import { Files } from './files.ts';
import { hostKeyIn } from './host-key.ts';
import { serveSession } from './session.ts';
import { type Ask, Visitor } from './visitor.ts';

export type SftpOptions = {
  /** 0 chooses a free one. */
  port: number;
  dataDir: string;
  s3: { endpoint: string; region: string };
  bucket: string;
  /** What the identity function answers; as Transfer Family asks it. */
  identify: (event: object) => Promise<SftpEntry | undefined>;
  /** What hears of files that were fetched whole. */
  hear: (event: SftpDownload) => Promise<void>;
  fault: (error: unknown) => void;
  limits?: Partial<SftpLimits>;
};

export type RunningSftp = { port: number; fingerprint: string; stop: () => Promise<void> };

/** As Transfer Family calls a server. */
const serverId = 's-local';
const mostChannels = 4;

/** What OpenSSH, WinSCP and ssh2 all have, and nobody advises against. */
const algorithms = {
  kex: ['curve25519-sha256', 'curve25519-sha256@libssh.org', 'ecdh-sha2-nistp256', 'ecdh-sha2-nistp384'],
  serverHostKey: ['ssh-ed25519'],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes256-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
} satisfies ssh2.Algorithms;

/** An SFTP server before S3, in the place of Transfer Family: the same questions to the same function, the same objects. */
export async function startSftp(options: SftpOptions): Promise<RunningSftp> {
  const { privateKey, fingerprint } = hostKeyIn(options.dataDir);
  const s3 = new S3Client({
    ...options.s3,
    credentials: { accessKeyId: 'sftp', secretAccessKey: 'local' },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  leavePayloadsUnsigned(s3);
  const bucket = new Bucket(s3, options.bucket);
  const attempts = new Attempts(() => performance.now());
  const open = new Set<Promise<void>>();
  const limits = { ...usualLimits, ...options.limits };
  const door = new Door(limits);
  const ask: Ask = (login, sourceIp) =>
    options.identify({ ...login, protocol: 'SFTP', serverId, sourceIp, asksLeft: true });

  const ssh = new ssh2.Server(
    { hostKeys: [privateKey], algorithms, ident: 'Rolebook' },
    (connection, { ip }) => {
      connection.on('error', () => connection.end());
      const ended = serveConnection(connection, { ip, ask, attempts, bucket, options, door, limits });
      open.add(ended);
      void ended.finally(() => open.delete(ended));
    },
  );
  const server = createServer((socket) => {
    if (attempts.isClosedTo(socket.remoteAddress ?? '') || !door.admits(socket)) socket.destroy();
    else ssh.injectSocket(socket);
  });
  await new Promise<void>((listening, failed) => {
    server.on('error', failed);
    server.listen(options.port, '127.0.0.1', listening);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    fingerprint,
    stop: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      door.close();
      await Promise.all([closed, ...open]);
      s3.destroy();
    },
  };
}

type Serving = {
  ip: string;
  ask: Ask;
  attempts: Attempts;
  bucket: Bucket;
  options: SftpOptions;
  door: Door;
  limits: SftpLimits;
};

/** @returns when the connection is over and all it had begun is put away */
async function serveConnection(connection: Connection, serving: Serving): Promise<void> {
  const { ip, ask, attempts, bucket, options, door, limits } = serving;
  const session = { id: crypto.randomUUID(), began: new Date() };
  const sessions: { dropped: () => Promise<void> }[] = [];
  const told: Promise<void>[] = [];
  let visitor: Visitor | undefined;
  let tries = 0;

  connection.on('authentication', (context) => {
    tries += 1;
    if (tries > limits.mostTries) {
      connection.end();
      return;
    }
    authenticate(context, { ip, ask, attempts }).then(
      (found) => {
        visitor = found;
        if (found === undefined) context.reject(['publickey', 'password']);
        else context.accept();
      },
      (error: unknown) => {
        options.fault(error);
        context.reject();
      },
    );
  });
  connection.on('ready', () => {
    door.lets(socketOf(connection));
    connection.on('session', (accept, reject) => {
      if (visitor === undefined || sessions.length >= mostChannels) return reject();
      const guest = visitor;
      // Nothing but this subsystem: ssh2 refuses what nobody listens for.
      accept().on('sftp', (acceptSftp) => {
        const serve = {
          visitor: guest,
          files: new Files(bucket, guest, serverId),
          fetched: ({ key, bytes }: { key: string; bytes: number }) => {
            const event = downloadOf({
              key: `/${bucket.name}/${key}`,
              bytes,
              username: guest.username,
              ...session,
            });
            told.push(options.hear(event).catch(options.fault));
          },
          // After the answer that says why has gone.
          leave: () => void setImmediate(() => connection.end()),
          fault: options.fault,
        };
        sessions.push(serveSession(acceptSftp(), serve));
      });
    });
  });
  await new Promise<void>((over) => connection.on('close', () => over()));
  for (const one of sessions) await one.dropped();
  await Promise.all(told);
}

type Trying = Pick<Serving, 'ip' | 'ask' | 'attempts'>;

async function authenticate(
  context: AuthContext,
  { ip, ask, attempts }: Trying,
): Promise<Visitor | undefined> {
  const { username } = context;
  if (context.method === 'password') {
    const { password } = context;
    if (password === '' || attempts.isClosedTo(ip)) return undefined;
    const entry = await ask({ username, password }, ip);
    if (entry === undefined) attempts.failed(ip);
    return entry === undefined ? undefined : new Visitor({ username, address: ip, key: undefined }, ask);
  }
  if (context.method !== 'publickey') return undefined;
  const { PublicKeys = [] } = (await ask({ username }, ip)) ?? {};
  const offered = context.key.data.toString('base64');
  const line = PublicKeys.find((one) => one.split(' ')[1] === offered);
  const key = line === undefined ? undefined : ssh2.utils.parseKey(line);
  if (line === undefined || key === undefined || key instanceof Error || !isSigned(context, key))
    return undefined;
  return new Visitor({ username, address: ip, key: line }, ask);
}

/** A first offer comes without a signature; the next one shows who has the key. SHA-1 shows nothing. */
function isSigned(context: ssh2.PublicKeyAuthContext, key: ParsedKey): boolean {
  if (key.type === 'ssh-rsa' && context.hashAlgo === undefined) return false;
  const { blob, signature } = context;
  if (signature === undefined || blob === undefined) return true;
  return key.verify(blob, signature, context.hashAlgo) === true;
}

type Fetched = { key: string; bytes: number; username: string; id: string; began: Date };

function downloadOf({ key, username, id }: Fetched): SftpDownload {
  return {
    source: 'aws.transfer',
    'detail-type': 'SFTP Server File Download Completed',
    detail: {
      username,
      'session-id': id,
      'file-path': key,
      'end-timestamp': new Date().toISOString(),
    },
  };
}

/** Their digests would cost as much as all of SSH does. */
function leavePayloadsUnsigned(s3: S3Client): void {
  s3.middlewareStack.add(
    (next) => (args) => {
      // S3 is spoken to by HTTP.
      const { headers } = args.request as { headers: Record<string, string> };
      headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      return next(args);
    },
    { step: 'build', name: 'leavePayloadsUnsigned' },
  );
}

/** As it was given to ssh2, which says nothing of it. */
function socketOf(connection: Connection): Socket {
  const { _sock: socket } = connection as Connection & { _sock: Socket };
  return socket;
}
