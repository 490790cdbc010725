/** Flow control between the host and one client's view of one session. */
export const attachmentLimits = {
  /**
   * Bytes sent and not yet shown. VS Code's terminal stops responding from some 500 kB that wait to be parsed; half of
   * that keeps Ctrl+C quick and is still more than a round trip needs. Beyond it nothing is sent until an
   * acknowledgement. A snapshot may be longer: it goes out as a whole, and nothing after it until it is shown.
   */
  unacknowledgedBytes: 256 * 1024,
  /**
   * An attachment that fell behind gets its new snapshot when no more than this waits to be shown. Not zero: a client
   * can acknowledge only where the stream is in ground state, so the start of a cut sequence may stay unacknowledged.
   */
  resyncBelowBytes: 64 * 1024,
  /**
   * Time between two snapshots of an attachment that cannot keep up. A snapshot costs the host some milliseconds, which
   * during a flood the journal needs more.
   */
  resyncIntervalMs: 200,
  /** Live output kept for the attachments of one session that cannot take it now; beyond it they get a snapshot. */
  ringBytes: 1024 * 1024,
  /** Lines above the screen that an attachment may ask for; more is cut to this. */
  scrollbackLines: 100_000,
} as const;
