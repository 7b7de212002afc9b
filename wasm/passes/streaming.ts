import { windowOf, type StreamOption } from '../limits.js'
import { bytesOf } from '../graph/value.js'
import { constantBytes, type Budget, type Wanted } from './prepare.js'

/** Smaller ones stay in memory. */
const small = 1 << 16
const rounded = (bytes: number): number => Math.ceil(bytes / 64) * 64 + 64

/**
 * Which constants pass through a window of memory, packed as they come, and how large each of its halves is; none where all of them fit into it.
 * What is computed from other constants has no bytes to be read again, and stays.
 */
export function streamed(constants: readonly Wanted[], stream: StreamOption): { keys: ReadonlySet<string>; half: number } {
  const passing = constants.filter(w => w.packing && (w.packing.grid || w.packing.source.source) && bytesOf(w.fact) >= small), half = Math.max(Math.floor(windowOf(stream) / 2), ...passing.map(w => rounded(bytesOf(w.fact))))
  if (!stream || constantBytes(passing) <= 2 * half) return { keys: new Set(), half: 0 }
  return { keys: new Set(passing.map(w => w.key)), half }
}

/** No weight is to be larger than a half of the window. */
export const streamBudget = (stream: StreamOption): Budget => stream ? { each: Math.floor(windowOf(stream) / 2) - 64 } : {}
