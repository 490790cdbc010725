/** What the scanner remembers of one sequence, however long a program makes it. */
export const scannerLimits = {
  /**
   * Bytes of a sequence, introducer included, that may be held back until it is known whether it is a query. The
   * longest sensible query, OSC 4 asking for 256 colours, takes 1.6 KiB. A sequence that could still be a query
   * beyond this is left out of what clients get: no program needs it, and a client must not answer it.
   */
  heldBackBytes: 4 * 1024,
  /** Bytes of a sequence that are kept for its event; a title or command line beyond this is cut, a path ignored. */
  keptBytes: 8 * 1024,
  titleLength: 512,
  pathLength: 4096,
} as const;
