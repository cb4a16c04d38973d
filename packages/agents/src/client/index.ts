export type {
  Acknowledgement,
  ClientContextOptions,
  ClientTurnRequest,
  DaemonClient,
  DaemonClientOptions,
  DaemonHealth,
  DaemonScope,
  ObservedMessage,
  ResumeInput,
} from './client-types.ts';
export { createDaemonClient } from './daemon-client.ts';
