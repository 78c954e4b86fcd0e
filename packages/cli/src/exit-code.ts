/** What the process says to the shell. Part of the command's contract: scripts match on these. */
export const EXIT = {
  done: 0,
  failed: 1,
  wrongUse: 2,
  paused: 3,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
