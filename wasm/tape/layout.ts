/** Word offsets of what the host and `kernels/tape.ts` share. */
export const launchWords = 6
export const launch = { kernel: 0, args: 1, tiles: 2, grain: 3, next: 4, done: 5 } as const
export const job = { tape: 0, stop: 1, spins: 2, abort: 3, pause: 4, current: 16, sleepers: 17 } as const
/** Behind the job, on lines of their own: counts up when there is a job; the threads that are still in it, and how many of them trapped. */
export const control = { epoch: 32, active: 48, trapped: 49 } as const
export const controlBytes = 256
export const paused = 0x80000000
