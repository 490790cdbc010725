import { constants } from 'node:os';
import { encodeUtf8 } from '../base/utf8.ts';
import type { SessionMetadata } from './metadata.ts';

const graphemes = new Intl.Segmenter();

/** The line between the end of one process and the start of the next. undefined when no process ever ran. */
export function boundaryLine(
  metadata: Pick<SessionMetadata, 'state' | 'exitCode' | 'signal' | 'endedAt'>,
): Uint8Array | undefined {
  if (metadata.endedAt === null) {
    return undefined;
  }
  return dimLine(`${endText(metadata.state, metadata.exitCode, metadata.signal, metadata.endedAt)} ── new shell`, true);
}

/** Says that the last directory is gone, so that nobody takes the other one for it. */
export function movedLine(gone: string, used: string): Uint8Array {
  return dimLine(`${gone} is gone; the shell starts in ${used}`, false);
}

/** Stands in the history for output that a full disk did not take. */
export function gapLine(bytes: number): Uint8Array {
  return dimLine(`${bytes.toLocaleString('en')} bytes of output were not recorded`, true);
}

/** Stands above the picture of a full-screen program that died. A title that does not fit into `cols` is shortened. */
export function lastScreenLine(title: string, cols: number): Uint8Array {
  const characters = Array.from(graphemes.segment(title), ({ segment }) => segment);
  // Six columns for the rules, one for the mark of what is left out.
  const room = Math.max(0, cols - 'last screen: '.length - 7);
  const shown = characters.length <= room + 1 ? title : `${characters.slice(0, room).join('').trimEnd()}…`;
  return dimLine(title === '' ? 'last screen' : `last screen: ${shown}`, false);
}

/** The name of a signal by its number, on this system. */
export function signalName(signal: number): string {
  const found = Object.entries(constants.signals).find(([, number]) => number === signal);
  return found === undefined ? `signal ${signal}` : found[0];
}

function endText(
  state: SessionMetadata['state'],
  exitCode: number | null,
  signal: number | null,
  endedAt: number,
): string {
  const time = formatLocalTime(endedAt);
  if (state === 'lost') {
    return `lost ${time} (the machine or its keeper stopped)`;
  }
  if (signal !== null) {
    return `ended ${time}, killed by ${signalName(signal)}`;
  }
  return exitCode === null ? `ended ${time}` : `ended ${time} with exit code ${exitCode}`;
}

function dimLine(text: string, startsAnew: boolean): Uint8Array {
  const showable = text.replace(/\p{Cc}/gu, '');
  return encodeUtf8(`${startsAnew ? '\r\n' : ''}\x1b[2m── ${showable} ──\x1b[22m\r\n`);
}

/** `2026-11-22 18:40:12` in the host's time zone. */
export function formatLocalTime(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
