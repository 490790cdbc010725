import type { SessionId } from '../../../src/base/ids.ts';
import { nullLog } from '../../../src/base/log.ts';
import type { Attachment, AttachmentListener } from '../../../src/client/attachment.ts';
import { connectToHost } from '../../../src/client/connectToHost.ts';
import { thisBuild } from '../../../src/platform/build.ts';
import { createScreen } from '../../../src/screen/xtermScreen.ts';
import { viewerScrollback, viewerSize, type Shown } from './viewer.ts';

// Clients in a process of their own, which can be stopped: each attaches to the session on a connection of its own and
// shows it in an emulator. Whenever the parent asks, over the IPC channel, they tell what they show.

class View implements AttachmentListener {
  private _screen = createScreen({ ...viewerSize, scrollback: viewerScrollback });
  private _attachment: Attachment | undefined;
  private _shown: Omit<Shown, 'vt' | 'text'> = { position: 0, snapshots: 0, snapshotBytes: 0, outputBytes: 0 };

  async attach(paths: { readonly data: string; readonly run: string }, session: SessionId): Promise<void> {
    const connection = await connectToHost({
      paths,
      build: thisBuild,
      client: 'cli',
      runtimeSource: '/nowhere',
      startIfNeeded: false,
      log: nullLog,
    });
    this._attachment = await connection.attach(
      { session, size: viewerSize, scrollback: viewerScrollback, readOnly: false },
      this,
    );
  }

  handleSnapshot({ position, bytes, isFirst, isLast }: Parameters<AttachmentListener['handleSnapshot']>[0]): void {
    if (isFirst) {
      this._screen.dispose();
      this._screen = createScreen({ ...viewerSize, scrollback: viewerScrollback });
    }
    const { snapshots, snapshotBytes } = this._shown;
    this._shown = {
      ...this._shown,
      snapshots: snapshots + (isLast ? 1 : 0),
      snapshotBytes: snapshotBytes + bytes.length,
    };
    this._screen.write(bytes);
    if (isLast) {
      this._acknowledgeWhenShown(position);
    }
  }

  handleOutput({ position, bytes }: Parameters<AttachmentListener['handleOutput']>[0]): void {
    this._shown = { ...this._shown, outputBytes: this._shown.outputBytes + bytes.length };
    this._screen.write(bytes);
    this._acknowledgeWhenShown(position);
  }

  handleSize(): void {
    // All have the same.
  }

  handleState(): void {
    // The tests look at the screen.
  }

  handleClosed(): void {
    process.exit(1);
  }

  /** undefined when a new snapshot has come while it was asked. */
  async tell(): Promise<Shown | undefined> {
    const screen = this._screen;
    try {
      const [vt, { lines }] = await Promise.all([screen.snapshot(viewerScrollback), screen.state(viewerScrollback)]);
      return { ...this._shown, vt: Buffer.from(vt).toString(), text: lines.join('\n') };
    } catch (error) {
      if (screen === this._screen) {
        throw error;
      }
      return undefined;
    }
  }

  private _acknowledgeWhenShown(position: number): void {
    const handleShown = (): void => {
      this._shown = { ...this._shown, position };
      this._attachment?.acknowledge(position);
    };
    // A screen that the next snapshot has replaced settles no more.
    this._screen.settled().then(handleShown, () => undefined);
  }
}

const [data = '', run = '', session = '', count = '1'] = process.argv.slice(2);
const views = Array.from({ length: Number(count) }, () => new View());
await Promise.all(views.map((view) => view.attach({ data, run }, session as SessionId)));
process.on('message', () => {
  void Promise.all(views.map((view) => view.tell())).then((all) => process.send?.(all.map((shown) => shown ?? null)));
});
process.on('disconnect', () => process.exit());
