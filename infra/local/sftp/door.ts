import type { Socket } from 'node:net';

export type SftpLimits = {
  mostConnections: number;
  mostOfOneAddress: number;
  /** Of signing in, for one connection. */
  mostTries: number;
  /** From the connection until somebody is in. */
  handshakeMs: number;
  /** Without a word, of somebody who is in. */
  idleMs: number;
};

export const usualLimits: SftpLimits = {
  mostConnections: 200,
  mostOfOneAddress: 20, // WinSCP opens up to nine
  mostTries: 6,
  handshakeMs: 30_000,
  idleMs: 15 * 60_000,
};

/** Keeps count of connections from their first moment: ssh2 tells of one only when its client has said something. */
export class Door {
  readonly #limits: SftpLimits;
  readonly #open = new Map<Socket, { address: string; timer: NodeJS.Timeout }>();

  constructor(limits: SftpLimits) {
    this.#limits = limits;
  }

  /** Whether there is room for it; if so, until it closes. */
  admits(socket: Socket): boolean {
    const { remoteAddress: address = '' } = socket;
    const { mostConnections, mostOfOneAddress, handshakeMs } = this.#limits;
    const ofAddress = [...this.#open.values()].filter((one) => one.address === address).length;
    if (this.#open.size >= mostConnections || ofAddress >= mostOfOneAddress) return false;
    const timer = setTimeout(() => socket.destroy(), handshakeMs);
    this.#open.set(socket, { address, timer });
    socket.once('close', () => {
      clearTimeout(timer);
      this.#open.delete(socket);
    });
    return true;
  }

  /** Somebody has come in by it. */
  lets(socket: Socket): void {
    clearTimeout(this.#open.get(socket)?.timer);
    socket.setTimeout(this.#limits.idleMs, () => socket.destroy());
  }

  close(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }
}
