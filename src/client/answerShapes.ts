/**
 * What terminals send by themselves as answers to queries, and no key or paste does: DSR, DA, DECRPM, window and colour
 * scheme reports, kitty keyboard flags; CPR, but for the form that F3 with Shift, Alt, Ctrl or Meta shares
 * with it (`CSI 1 ; 2 R` to `CSI 1 ; 16 R`). Sources: ECMA-48, xterm ctlseqs, the kitty keyboard protocol.
 */
const controlAnswer = /^\x1b\[(?!1;(?:[2-9]|1[0-6])R$)(?:[?>=]?[\d;:]*(?:\$y|[Rcnt])|\?\d*u)$/;

/**
 * Answers that are strings: colours (OSC 4, 5, 10 to 19) and the clipboard (OSC 52), DECRQSS, XTVERSION and XTGETTCAP,
 * kitty graphics. Whole with their terminator, so that a paste which only begins like one is none.
 */
const stringAnswer =
  /^\x1b(?:\](?:(?:4|5|1[0-9]);[^\x07\x1b]*rgba?:|52;)|P(?:>\||[01][$+]r)|_G)[^\x07\x1b]*(?:\x07|\x1b\\)$/;

/**
 * True for one whole sequence that answers a query. Clients get a stream without queries, so nobody asked: it comes from
 * a mode that reports (2031, 2048), from a picture that was drawn (kitty graphics), or from something else that looks at
 * the same terminal.
 */
export function isAnswer(input: string): boolean {
  return controlAnswer.test(input) || stringAnswer.test(input);
}
