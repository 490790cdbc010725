const kib = 1024;

/** Sizes in bytes, times in milliseconds. */
export const journalLimits = {
  /** Output that comes within this time is one event and one write: a key's echo is on disk before the next key. */
  coalesceMs: 8,
  /** At this size an event is complete, and what waits is written at once. Bigger gains nothing and costs memory. */
  eventBytes: 64 * kib,
  /** Resizes and marks that may wait for a disk that refuses: a day of work. Later ones are left out and logged. */
  pendingEvents: 10_000,
  /** Output in one write. Few system calls at full speed, and still only some milliseconds of work without a break. */
  writeBytes: 256 * kib,
  /** A journal is made of about this many segments, so that dropping one loses a small part of the history. */
  segmentsPerJournal: 8,
  /** Below this, the keyframes at the heads would take more room than the output. */
  minSegmentBytes: 64 * kib,
  /** Above this, finding the end of a journal and rebuilding a screen would take noticeably long. */
  maxSegmentBytes: 4 * kib * kib,
  /** The most that a power cut may cost: files are synced this often while something was written. */
  syncMs: 1000,
  /** How long after a refusal the disk is tried again. */
  retryMs: 1000,
  /** A stretch of valid UTF-8 between invalid bytes gets an event of its own from this length on: two lines cost 40. */
  plainStretchBytes: 64,
  /** A header is one line of some 250 bytes; a first line that is longer is no header. */
  headerBytes: 4 * kib,
  /** Segments that a reader holds open ahead, so that retention cannot take them from under it: a usual journal whole. */
  readAheadSegments: 16,
} as const;

/** Size on disk, in bytes, at which a segment of a journal with this limit ends. */
export function segmentBytesFor(limitBytes: number): number {
  const share = Math.floor(limitBytes / journalLimits.segmentsPerJournal);
  return Math.min(journalLimits.maxSegmentBytes, Math.max(journalLimits.minSegmentBytes, share));
}
