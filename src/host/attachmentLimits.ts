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
   * Time between two snapshots of one session for attachments that cannot keep up: so many times what the last one took,
   * so that a tenth of the host goes to them at most, and not to the journal of the same flood. Below the lower bound
   * nobody sees a difference; beyond the upper one the window would look as if it hung.
   */
  resyncInterval: { timesTaken: 10, minMs: 200, maxMs: 2000 },
  /**
   * The flood is over when no more than this has come within so many milliseconds: the snapshot that is still to come
   * is the last one then, and need not wait. Less than what any program floods with; a prompt and an echo are far below.
   */
  calm: { bytes: 64 * 1024, ms: 50 },
  /**
   * A client that typed is spared output that it was not sent yet, in favour of a snapshot, when there is more than this:
   * whoever presses Ctrl+C in a flood wants to see the prompt and not the rest. About what a snapshot has itself.
   */
  skipAboveBytes: 64 * 1024,
  /** Live output kept for the attachments of one session that cannot take it now; beyond it they get a snapshot. */
  ringBytes: 1024 * 1024,
  /** Lines above the screen that an attachment may ask for; more is cut to this. */
  scrollbackLines: 100_000,
} as const;
