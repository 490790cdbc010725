import type { ManagerEvents } from './api.ts';
import type { RecordingChange } from './recording.ts';

/** What people are told when recording goes wrong or right again. */
export function recordingNotice(
  sessionName: string,
  { problem, missingBytes }: RecordingChange,
): Pick<ManagerEvents['notice'], 'severity' | 'message'> {
  if (problem !== undefined) {
    return { severity: 'error', message: `Session ${sessionName}: ${problem}` };
  }
  const missing = missingBytes === 0 ? 'nothing is missing' : `${missingBytes} bytes of output are missing`;
  return { severity: 'info', message: `Session ${sessionName} is recorded again; ${missing} in its history.` };
}
