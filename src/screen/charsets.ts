import { Terminal } from './xterm.ts';
import { type Charset, internalsOf } from './xtermInternals.ts';

/** Final bytes of SCS for the 94-character sets that the emulator knows, besides US ASCII (`B`). */
const designators = ['0', 'A', '4', 'C', 'R', 'Q', 'K', 'Y', 'E', 'Z', 'H', '='];

let known: ReadonlyMap<Charset | undefined, string> | undefined;

/** The final byte that designates a set of the emulator. */
export function designatorOf(charset: Charset | undefined): string {
  if (charset === undefined) {
    return 'B';
  }
  known ??= learnCharsets();
  return known.get(charset) ?? 'B';
}

/** The emulator does not name its sets, but each is one object, the same in all terminals: so designate each once. */
function learnCharsets(): ReadonlyMap<Charset | undefined, string> {
  const terminal = new Terminal({ cols: 2, rows: 1, allowProposedApi: true });
  const { _charsetService: charsets, _inputHandler: inputHandler } = internalsOf(terminal);
  const learned = new Map<Charset | undefined, string>();
  for (const designator of designators) {
    inputHandler.selectCharset(`(${designator}`);
    learned.set(charsets.charset, designator);
  }
  terminal.dispose();
  return learned;
}
