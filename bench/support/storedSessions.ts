import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { HostConnection } from '../../src/client/hostConnection.ts';
import type { SessionInfo } from '../../src/protocol/sessionInfo.ts';
import type { RevenantBox } from './revenantBox.ts';
import { longLimitMs } from './revenantBox.ts';

/** A session whose program has printed a file and ended. */
export async function makeEndedSession(
  box: RevenantBox,
  connection: HostConnection,
  file: string,
): Promise<SessionInfo['id']> {
  const { id } = await box.create(connection, ['/bin/cat', file]);
  const params = { session: id, until: { kind: 'exit' }, timeoutMs: longLimitMs } as const;
  await connection.request('wait', params, { timeoutMs: null });
  return id;
}

/** Makes `count` sessions of their own out of the files of one that has ended. Both directories are `<data>/sessions`. */
export function cloneSession(from: string, to: string, id: SessionInfo['id'], count: number): void {
  fs.mkdirSync(to, { recursive: true, mode: 0o700 });
  // Its parent may just have been made, too.
  fs.chmodSync(path.dirname(to), 0o700);
  const files = fs
    .readdirSync(path.join(from, id), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return { name: path.relative(path.join(from, id), file), text: fs.readFileSync(file, 'utf8') };
    });
  for (let i = 0; i < count; i++) {
    const clone = randomUUID();
    for (const { name, text } of files) {
      const file = path.join(to, clone, name);
      fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      fs.writeFileSync(file, text.replaceAll(id, clone), { mode: 0o600 });
    }
  }
}
