import { attributesOfPen, selectRendition } from './attributes.ts';
import type { KeptModes } from './keptModes.ts';
import { cursorStyleOf } from './modes.ts';
import { colorSchemeReport } from './palette.ts';
import type { Terminal } from './xterm.ts';
import { internalsOf } from './xtermInternals.ts';

/** What XTVERSION says: programs know the terminal of VS Code by this name. */
const nameAndVersion = 'xterm.js(6.0.0)';

/**
 * Answers to queries beyond those that the emulator answers by itself (DA1, DA2, DSR, CPR, DECRQM, most of DECRQSS,
 * window size in characters), so that programs find what they would find in VS Code. Each is one of a fixed list of
 * shapes, filled with numbers only: nothing that a program printed is ever sent back to it as text.
 */
export function registerReplies(terminal: Terminal, kept: KeptModes, reply: (answer: string) => void): void {
  const { parser } = terminal;
  parser.registerCsiHandler({ prefix: '>', final: 'q' }, ([parameter]) => {
    if (parameter === 0) {
      reply(`\x1bP>|${nameAndVersion}\x1b\\`);
    }
    return true;
  });
  parser.registerCsiHandler({ prefix: '?', final: 'u' }, () => {
    reply(`\x1b[?${kept.keyboard.flags}u`);
    return true;
  });
  parser.registerCsiHandler({ prefix: '?', final: 'n' }, ([parameter]) => {
    if (parameter !== 996) {
      return false;
    }
    reply(colorSchemeReport(kept.palette.scheme));
    return true;
  });
  // The emulator knows nothing of this mode; programs ask whether it is there before they set it.
  parser.registerCsiHandler({ prefix: '?', intermediates: '$', final: 'p' }, ([parameter]) => {
    if (parameter !== 2031) {
      return false;
    }
    reply(`\x1b[?2031;${kept.reportsColorScheme ? 1 : 2}$y`);
    return true;
  });
  parser.registerDcsHandler({ intermediates: '+', final: 'q' }, () => {
    reply('\x1bP0+r\x1b\\');
    return true;
  });
  // The emulator answers these two with defaults, whatever is set.
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, (setting) => {
    if (setting === 'm') {
      reply(`\x1bP1$r${renditionOf(terminal)}m\x1b\\`);
      return true;
    }
    if (setting === ' q') {
      reply(`\x1bP1$r${cursorStyleOf(internalsOf(terminal))} q\x1b\\`);
      return true;
    }
    return false;
  });
}

function renditionOf(terminal: Terminal): string {
  const pen = attributesOfPen(internalsOf(terminal)._inputHandler._curAttrData);

  return /^\x1b\[([0-9;:]*)m/.exec(selectRendition(pen))?.[1] || '0';
}
