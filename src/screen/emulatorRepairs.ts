import type { Terminal } from './xterm.ts';
import { type EmulatorBuffer, internalsOf, newBlank } from './xtermInternals.ts';

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

/**
 * Resizes, and takes away what stays behind unseen: state that no bytes could give another terminal of the new size, and
 * that would come back by the next resize. What @xterm/headless 6.0 does there depends on more than what the screen
 * shows, so that a restored screen would go another way. The window's emulator keeps all of it; what can be seen there
 * of the difference is gone with the program's next redraw, which a resize makes it do.
 */
export function resizeEmulator(terminal: Terminal, cols: number, rows: number): void {
  const { normal, alt } = internalsOf(terminal).buffers;
  for (const buffer of [normal, alt]) {
    dropTabStops(buffer, terminal.cols);
    straighten(buffer);
    dropLeftMarks(buffer);
  }
  terminal.resize(cols, rows);
  for (const buffer of [normal, alt]) {
    dropTabStops(buffer, cols);
    trimLines(terminal, buffer);
  }
  // While the alternate buffer is empty it only ever becomes higher, and would have lines above the screen.
  alt.lines.maxLength = rows;
  fillScreen(terminal, normal);
  fillScreen(terminal, alt);
  alt.savedX = Math.min(alt.savedX, cols - 1);
  alt.savedY = Math.min(alt.savedY, rows - 1);
  normal.savedY = Math.min(normal.savedY, normal.lines.maxLength - 1);
}

/** Stops beyond the last column, from a wider screen or from a wrap that was pending. */
function dropTabStops(buffer: EmulatorBuffer, cols: number): void {
  for (const col of Object.keys(buffer.tabs).map(Number)) {
    if (col >= cols) {
      // The emulator asks for nothing but truth.
      buffer.tabs[col] = undefined;
    }
  }
}

/** Reflowing clears the wrong lines when the ring does not begin at the beginning of its array. */
function straighten({ lines }: EmulatorBuffer): void {
  const { maxLength } = lines;
  lines.maxLength = maxLength + 1;
  lines.maxLength = maxLength;
}

/**
 * What was in a cell that several characters had made up stays beside the line when the cell is written anew; reflowing
 * copies it over that of other cells.
 */
function dropLeftMarks({ lines }: EmulatorBuffer): void {
  for (let index = 0; index < lines.length; index++) {
    const line = lines.get(index);
    for (const col of Object.keys(line?._combined ?? {}).map(Number)) {
      if (line?.isCombined(col) === 0) {
        Reflect.deleteProperty(line._combined, col);
      }
    }
  }
}

/** Where lines were wrapped above a cursor that stands high, reflowing can leave fewer lines than the screen has rows. */
function fillScreen(terminal: Terminal, buffer: EmulatorBuffer): void {
  buffer.ybase = Math.min(buffer.ybase, buffer.lines.maxLength - terminal.rows);
  // None at all is the alternate buffer while it does not show.
  while (buffer.lines.length > 0 && buffer.lines.length < buffer.ybase + terminal.rows) {
    buffer.lines.push(buffer.getBlankLine(newBlank(terminal)));
  }
}

/** Lines that are not reflowed keep their old length in the alternate buffer, or half of a wide character at the end. */
function trimLines(terminal: Terminal, { lines }: EmulatorBuffer): void {
  const { cols } = terminal;
  const blank = newBlank(terminal);
  for (let index = 0; index < lines.length; index++) {
    const line = lines.get(index);
    line?.resize(cols, blank);
    if (line?.getWidth(cols - 1) === 2) {
      line.setCell(cols - 1, blank);
    }
  }
}
