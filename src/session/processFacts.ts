import type { ScannerEvent } from '../screen/api.ts';
import type { InspectedProcess } from './processInspector.ts';
import { sessionLimits } from './sessionLimits.ts';
import type { SessionRecord } from './sessionRecord.ts';

/** What is known of the process of a session: title and directory as it says them, or as the system sees it. */
export class ProcessFacts {
  private readonly _record: SessionRecord;
  private _program = '';
  /** The shell says itself where it is (OSC 7, 633, 9;9): that is more exact than what the system tells. */
  private _hasShellCwd = false;

  constructor(record: SessionRecord) {
    this._record = record;
  }

  /** The program in the foreground; empty when not known. */
  get program(): string {
    return this._program;
  }

  /** A process was started, taken up or ended: nothing is known of it. */
  reset(): void {
    this._program = '';
    this._hasShellCwd = false;
  }

  handleScanned(event: ScannerEvent): void {
    switch (event.kind) {
      case 'title':
        if (event.title !== this._record.metadata.title) {
          this._record.updateSoon({ title: event.title });
          this._record.notifyChanged();
        }
        return;
      case 'cwd':
        this._hasShellCwd = true;
        this._setCwd(event.cwd);
        return;
      case 'bell':
      case 'progress':
      case 'mark':
      case 'alternate-buffer':
        return;
    }
  }

  handleInspected({ cwd, program }: InspectedProcess): void {
    if (cwd !== undefined && !this._hasShellCwd) {
      this._setCwd(cwd);
    }
    if (program !== undefined && program !== this._program) {
      this._program = program;
      this._record.notifyChanged();
    }
  }

  private _setCwd(cwd: string): void {
    if (cwd !== this._record.metadata.cwd) {
      this._record.updateSoon({ cwd }, sessionLimits.directoryWriteMs);
      this._record.notifyChanged();
    }
  }
}
