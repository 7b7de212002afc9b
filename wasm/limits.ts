export const fourGiB = 65536 * 65536
/** Processors of the machine. */
export const cores = (): number => (globalThis.navigator as { hardwareConcurrency?: number } | undefined)?.hardwareConcurrency ?? 1

/** Whether packed weights stay on disk and pass through memory while a run goes on: `true`, or the bytes of memory that they pass through. */
export type StreamOption = boolean | number
export const windowOf = (stream: StreamOption): number => typeof stream === 'number' ? stream : 1 << 29
