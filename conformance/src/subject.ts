/** One thing that outsiders can check: reads files named on the command line, prints results on stdout. */
export interface Subject {
  /** How it is called, after `npm run -s conform --`. */
  readonly usage: string;
  /**
   * @param args - the words after the subject's name
   * @param print - writes one line of the result
   * @throws Error when the run itself cannot work (no such file, not of the format)
   */
  run(args: readonly string[], print: (line: string) => void): Promise<void> | void;
}
