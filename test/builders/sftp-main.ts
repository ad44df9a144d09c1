import { startSftpAlone } from './sftp-alone.ts';

/** A process that serves SFTP and does nothing else, so that its memory is that of SFTP: `{folder} {port}`. Prints its port. */
const [dataDir = '', port = '0'] = process.argv.slice(2);
const running = await startSftpAlone({ dataDir, port: Number(port) });
process.stdout.write(`${running.port}\n`);
