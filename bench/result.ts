import { type Contender } from './contenders.js'
import { type Profile, type Row } from './turns.js'

/** A run of `bench engine`. */
export interface Result {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string; readonly date: string; readonly peakGflops: number; readonly load: number }
  readonly rows: Row[]
  readonly profiles: Profile[]
  /** Who could not load or run what. */
  readonly refusals?: Refusal[]
}
interface Refusal extends Contender { readonly network: string; readonly threads: number; readonly why: string }

/** Whether other programs took time from this run: one thread alone then waits, and its elapsed time is more than its processor time. */
export const shared = (rows: readonly Row[]): boolean => {
  const waits = rows.filter(r => r.threads === 1).map(r => r.ms / r.cpuMs).sort((a, b) => a - b)
  return (waits[Math.floor(waits.length / 2)] ?? Infinity) > 1.1
}
