/** Control codes of ECMA-48 that the parser of xterm.js reacts to. */
export const control = {
  enq: 0x05,
  bel: 0x07,
  so: 0x0e,
  si: 0x0f,
  can: 0x18,
  sub: 0x1a,
  esc: 0x1b,
  del: 0x7f,
  /** The 8-bit C1 set is U+0080 to U+009F: in UTF-8 this byte and one of 0x80 to 0x9F. */
  c1Lead: 0xc2,
  dcs: 0x90,
  sos: 0x98,
  csi: 0x9b,
  st: 0x9c,
  osc: 0x9d,
  pm: 0x9e,
  apc: 0x9f,
} as const;

/** Frees text of C0, DEL and C1, and cuts it to `limit` UTF-16 units without splitting a character. */
export function cleanText(text: string, limit: number): string {
  const cleaned = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '');
  if (cleaned.length <= limit) {
    return cleaned;
  }
  const last = cleaned.charCodeAt(limit - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return cleaned.slice(0, splitsPair ? limit - 1 : limit);
}
