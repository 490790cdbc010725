import { control } from './controlCharacters.ts';
import { judgeSideEffect, type Verdict } from './queries.ts';
import { StreamScanner } from './sequenceScanner.ts';

/**
 * For what was printed before and is shown again: besides queries it leaves out what would happen a second time outside
 * of the screen: bells, notifications and what sets the clipboard.
 */
export class ReplayScanner extends StreamScanner {
  protected override judgeCommand(content: string, isWhole: boolean): Verdict {
    const asQuery = super.judgeCommand(content, isWhole);
    return asQuery === 'query' ? asQuery : strongerOf(asQuery, judgeSideEffect(content, isWhole));
  }

  protected override isLeftOutControl(byte: number): boolean {
    return byte === control.bel || super.isLeftOutControl(byte);
  }
}

function strongerOf(a: Verdict, b: Verdict): Verdict {
  const order: readonly Verdict[] = ['query', 'undecided', 'harmless'];
  return order.find((verdict) => verdict === a || verdict === b) ?? 'harmless';
}

export function createReplayScanner(): ReplayScanner {
  return new ReplayScanner();
}
