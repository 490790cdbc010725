import type { ScreenState } from '../screen/api.ts';

/** Lines of screen and scrollback, oldest first, without the empty ones below the last text. */
export function textLines(state: ScreenState): readonly string[] {
  const last = state.lines.findLastIndex((line) => line !== '');
  return state.lines.slice(0, last + 1);
}
