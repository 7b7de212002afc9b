import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugins } from '../../core/services.js'
import { readModelFolder } from '../../models/folder.js'
import { openModel } from '../../models/model.js'
import type { SessionProvider } from '../../sessions/session.js'
import { componentCases } from './components.js'
import { pipelineCases } from './pipelines.js'
import { summary, type CaseResult, type ConformanceResult } from './result.js'

export type { CaseResult, ConformanceResult } from './result.js'
export { runTokenizerConformance } from './tokenizer.js'

export interface PipelineConformanceOptions {
  readonly provider: SessionProvider
  readonly plugins: Plugins
  /** Only cases whose id (model/case) holds this text. */
  readonly only?: string
  readonly onCase?: (result: CaseResult) => void
}

/** Every component case and every pipeline case of a folder of model folders, or of one model folder, on one device. */
export async function runPipelineConformance(dir: string, { provider, plugins, only = '', onCase }: PipelineConformanceOptions): Promise<ConformanceResult> {
  const folders = existsSync(join(dir, 'model_index.json')) ? [dir] : readdirSync(dir).sort().map(f => join(dir, f)).filter(f => existsSync(join(f, 'model_index.json')))
  if (!folders.length) throw new RangeError(`${dir} holds no model folder (one with a model_index.json).`)
  const results: CaseResult[] = []
  const add = (more: readonly CaseResult[]) => { for (const result of more) { results.push(result); onCase?.(result) } }
  const wanted = (id: string) => id.includes(only)
  for (const path of folders) {
    const name = path.split(/[\\/]/).at(-1)!
    try {
      const folder = readModelFolder(path)
      add(await componentCases(folder, provider, wanted))
      const opening = openModel(folder, provider)
      let opened = await opening.next()
      while (!opened.done) opened = await opening.next()
      const model = opened.value
      add(await pipelineCases(model, plugins, wanted))
      await model.close()
    } catch (error) {
      add([{ id: name, status: 'failed', error: null, tolerance: null, reason: error instanceof Error ? error.message : String(error) }])
    }
  }
  return summary(results)
}
