import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The connections of a server. */
export interface Connections {
  /** Closes each connection as soon as no request of it is under way, those at once that have none. */
  closeWhenIdle(): void;
}

/**
 * Follows the connections of a server. Node's own way of closing idle ones spares those that were opened and never used,
 * which clients keep in store: they would hold the end up until the header timeout.
 */
export const trackConnections = (server: Server): Connections => {
  const underWay = new Map<Socket, number>();
  let closing = false;
  const settle = (socket: Socket): void => {
    if (closing && underWay.get(socket) === 0) socket.destroySoon();
  };
  server.on('connection', (socket: Socket) => {
    underWay.set(socket, 0);
    socket.once('close', () => underWay.delete(socket));
    settle(socket);
  });
  server.on('request', ({ socket }, response) => {
    underWay.set(socket, (underWay.get(socket) ?? 0) + 1);
    response.once('close', () => {
      if (!underWay.has(socket)) return;
      underWay.set(socket, (underWay.get(socket) ?? 1) - 1);
      settle(socket);
    });
  });
  return {
    closeWhenIdle() {
      closing = true;
      for (const socket of underWay.keys()) settle(socket);
    },
  };
};
