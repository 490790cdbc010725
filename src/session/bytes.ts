export const noBytes: Uint8Array = new Uint8Array(0);

/** One array of all parts; the part itself when only one is not empty. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const filled = parts.filter((part) => part.length > 0);
  const [first] = filled;
  if (first === undefined || filled.length === 1) {
    return first ?? noBytes;
  }
  return Buffer.concat(filled);
}
