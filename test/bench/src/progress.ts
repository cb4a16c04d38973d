/** Says how far a long work has come. */
export interface Progress {
  /** `done` of `total`, with a word on what is being done. */
  update(done: number, total: number, what: string): void;
  /** Takes the bar away. */
  end(): void;
}

const BAR_WIDTH = 24;
const MAX_LINE = 100;

/** A bar that redraws itself on a terminal; elsewhere a line at each quarter, so that logs stay short. */
export const createProgress = (output: NodeJS.WriteStream): Progress => {
  let quarter = -1;
  let lastWhat = '';
  return {
    update(done, total, what) {
      const portion = total === 0 ? 1 : done / total;
      if (output.isTTY) {
        const filled = Math.round(portion * BAR_WIDTH);
        const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
        output.write(`\r\u001b[K${`${bar} ${done}/${total} ${what}`.slice(0, MAX_LINE)}`);
        return;
      }
      const reached = Math.floor(portion * 4);
      if (reached === quarter && what === lastWhat) return;
      quarter = reached;
      lastWhat = what;
      output.write(`${done}/${total} ${what}\n`);
    },
    end() {
      if (output.isTTY) output.write('\r\u001b[K');
    },
  };
};
