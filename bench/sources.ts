import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type MemoryResult } from './memory-table.js'
import { type Result } from './result.js'

/** Committed runs that the documents are made of: of the engines, the usual one first, and of memory. */
export interface Sources { readonly engine: readonly Result[]; readonly memory: readonly MemoryResult[] }

export function sourcesOf(root: string): Sources {
  const folder = join(root, 'bench/results'), files = readdirSync(folder).sort()
  const all = <T>(pattern: RegExp): T[] => files.filter(f => pattern.test(f)).map(f => JSON.parse(readFileSync(join(folder, f), 'utf8')) as T)
  return { engine: [...all<Result>(/^engine\.json$/), ...all<Result>(/^engine-.*\.json$/)], memory: [...all<MemoryResult>(/^memory\.json$/), ...all<MemoryResult>(/^memory-.*\.json$/)] }
}
