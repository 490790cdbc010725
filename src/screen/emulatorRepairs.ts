import type { Terminal } from './xterm.ts';
import { internalsOf } from './xtermInternals.ts';

/**
 * Keeps what a program prints from bringing the process down. @xterm/headless 6.0 throws, from a timer and so at
 * nobody, when the screen is erased up to a cursor in its last cell (ED 1, DECSED 1) while nothing is scrolled off;
 * and after any such error it would never parse again.
 */
export function repairEmulator(terminal: Terminal): void {
  const core = internalsOf(terminal);
  const inputHandler = core._inputHandler;
  for (const prefix of ['', '?'] as const) {
    terminal.parser.registerCsiHandler(prefix === '' ? { final: 'J' } : { prefix, final: 'J' }, ([parameter]) => {
      const { x, y, lines } = core.buffers.active;
      const isInLastCell = x + 1 >= terminal.cols && y + 1 >= lines.length;
      if (parameter !== 1 || !isInLastCell) {
        return false;
      }
      // Everything up to the last cell is everything, which it erases without fault.
      return inputHandler.eraseInDisplay({ params: [2] }, prefix === '?');
    });
  }
  const parse = core._writeBuffer._action;
  core._writeBuffer._action = (data, promiseResult) => {
    try {
      return parse(data, promiseResult);
    } catch {
      // Whatever it was, the rest of these bytes is lost to this screen, and only to it: the journal has them, and the
      // next full redraw puts things right. The parser may have been anywhere.
      inputHandler._parser.reset();
      return undefined;
    }
  };
}
