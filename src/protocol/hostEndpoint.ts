import { schema as s } from '../base/schema.ts';

/** Written by the host to `<run>/host.json` when it listens, removed when it leaves. Frozen since v1. */
export const hostEndpointSchema = s.object({
  pid: s.number(),
  version: s.string(),
  builtAt: s.number(),
  /** A socket path, or a named pipe on Windows. */
  address: s.string(),
});
export type HostEndpoint = s.InferOutput<typeof hostEndpointSchema>;
