/** What one run of consolidation may still do. */
export interface Allowance {
  readonly signal: AbortSignal | undefined;
  operations: number;
  modelCalls: number;
  readonly isOver: () => boolean;
}
