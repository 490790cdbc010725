import type { EmulatorInternals } from './xtermInternals.ts';

const mouseProtocols: Readonly<Record<string, string>> = { X10: '9', VT200: '1000', DRAG: '1002', ANY: '1003' };
const mouseEncodings: Readonly<Record<string, string>> = { SGR: '1006', SGR_PIXELS: '1016' };
const cursorShapes = { block: 2, underline: 4, bar: 6 } as const;

/** The parameter of DECSCUSR that gives the cursor its style: odd ones blink. */
export function cursorStyleOf(core: EmulatorInternals): number {
  const { cursorStyle, cursorBlink } = core.coreService.decPrivateModes;
  return cursorShapes[cursorStyle ?? 'block'] - (cursorBlink === true ? 1 : 0);
}

/**
 * The modes that neither move the cursor nor change how text is printed, as differences from a reset terminal. The
 * cursor's visibility is always among them: a reset of xterm.js does not change it. Synchronized output (2026) never
 * is: it is for moments, and its end may have been lost.
 */
export function serializeModes(core: EmulatorInternals): string {
  const { decPrivateModes: dec, isCursorHidden } = core.coreService;
  const { convertEol, cursorBlink } = core.optionsService.rawOptions;
  const privateModes: readonly (string | false | undefined)[] = [
    dec.applicationCursorKeys && '1',
    cursorBlink && '12',
    dec.reverseWraparound && '45',
    mouseProtocols[core.coreMouseService.activeProtocol],
    mouseEncodings[core.coreMouseService.activeEncoding],
    dec.sendFocus && '1004',
    dec.bracketedPasteMode && '2004',
  ];
  return [
    ...privateModes.map((mode) => (typeof mode === 'string' ? `\x1b[?${mode}h` : '')),
    dec.applicationKeypad ? '\x1b=' : '',
    dec.wraparound ? '' : '\x1b[?7l',
    convertEol ? '\x1b[20h' : '',
    isCursorHidden ? '\x1b[?25l' : '\x1b[?25h',
    serializeCursorStyle(core),
  ].join('');
}

/** Parameters of DECSCUSR beyond the known shapes say whether the cursor blinks and leave its shape as it is. */
function serializeCursorStyle(core: EmulatorInternals): string {
  const { cursorStyle, cursorBlink } = core.coreService.decPrivateModes;
  if (cursorStyle !== undefined) {
    return `\x1b[${cursorStyleOf(core)} q`;
  }
  return cursorBlink === undefined ? '' : `\x1b[${cursorBlink ? 7 : 8} q`;
}
