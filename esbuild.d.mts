import type { Metafile } from 'esbuild';

export const targets: readonly string[];
export function bundle(options?: { outdir?: string; version?: string; builtAt?: number }): Promise<Metafile>;
export function copyPty(outdir: string, target: string, binaryPackage?: string): void;
