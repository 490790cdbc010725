// The door through which valibot comes in. It validates at the project's two doors: the wire and the disk.
export * as schema from 'valibot';
