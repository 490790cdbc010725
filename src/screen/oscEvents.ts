import { cleanText } from './controlCharacters.ts';
import type { ScannerEvent } from './api.ts';
import { scannerLimits } from './scannerLimits.ts';

/**
 * What an operating system command tells about the session. Sources: xterm ctlseqs (0, 2), the FreeDesktop terminal
 * working group (7), ConEmu (9;4, 9;9), FinalTerm (133), VS Code's shell integration (633), iTerm2 (1337).
 * @param content everything between the introducer and the terminator.
 * @param isCut the end is missing, since it was too long to be kept.
 */
export function eventsOfOperatingSystemCommand(content: string, isCut: boolean): ScannerEvent[] {
  const separator = content.indexOf(';');
  if (separator < 0) {
    return [];
  }
  const id = content.slice(0, separator);
  if (!/^[0-9]{1,9}$/.test(id)) {
    return [];
  }
  const data = content.slice(separator + 1);
  switch (Number(id)) {
    case 0:
    case 2:
      return [{ kind: 'title', title: cleanText(data, scannerLimits.titleLength) }];
    case 7:
      return directory(isCut ? undefined : pathOfFileUri(data));
    case 9:
      return consoleEvents(data, isCut);
    case 133:
      return mark(133, data);
    case 633:
      return [...mark(633, data), ...directory(isCut ? undefined : directoryProperty(data))];
    case 1337:
      return directory(isCut || !data.startsWith('CurrentDir=') ? undefined : data.slice('CurrentDir='.length));
    default:
      return [];
  }
}

function directory(path: string | undefined): ScannerEvent[] {
  if (path === undefined) {
    return [];
  }
  const cwd = cleanText(path, scannerLimits.pathLength);
  // A path that had to be changed names another directory, or none.
  return cwd === path && cwd !== '' ? [{ kind: 'cwd', cwd }] : [];
}

/** The path of `file://host/path`, whatever the host: a remote shell's directory is still its directory. */
function pathOfFileUri(uri: string): string | undefined {
  const encoded = /^file:\/\/[^/]*(\/.*)$/.exec(uri)?.[1];
  const path = encoded === undefined ? undefined : tryDecodePercent(encoded);
  return path !== undefined && /^\/[A-Za-z]:(\/|$)/.test(path) ? path.slice(1) : path;
}

function tryDecodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) {
      return undefined;
    }
    throw error;
  }
}

function consoleEvents(data: string, isCut: boolean): ScannerEvent[] {
  if (data.startsWith('9;')) {
    return directory(isCut ? undefined : data.slice(2).replace(/^"(.*)"$/, '$1'));
  }
  const progress = /^4;([0-4])(?:;([0-9]{0,3}))?$/.exec(data);
  if (progress === null) {
    return [];
  }
  const state = Number(progress[1]);
  return [{ kind: 'progress', state, percent: state === 0 ? 0 : Math.min(100, Number(progress[2] ?? 0)) }];
}

function mark(source: 133 | 633, data: string): ScannerEvent[] {
  const match = /^([A-EP])(?:;(.*))?$/s.exec(data);
  if (match === null) {
    return [];
  }
  return [{ kind: 'mark', source, code: match[1] ?? '', data: cleanText(match[2] ?? '', scannerLimits.keptBytes) }];
}

/** The value of `P;Cwd=…`, in which VS Code's scripts write `\` as `\\` and other characters as `\xNN`. */
function directoryProperty(data: string): string | undefined {
  if (!data.startsWith('P;Cwd=')) {
    return undefined;
  }
  return data
    .slice('P;Cwd='.length)
    .replace(/\\(?:\\|x([0-9a-fA-F]{2}))/g, (_all, code: string | undefined) =>
      code === undefined ? '\\' : String.fromCharCode(Number.parseInt(code, 16)),
    );
}
