import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Plugins } from '../../core/services.js'
import { readModelFolder } from '../../models/folder.js'
import { openModel, type Model } from '../../models/model.js'
import type { SessionProvider } from '../../sessions/session.js'
import { componentCases } from './components.js'
import { pipelineCases } from './pipelines.js'
import { summary, type CaseResult, type ConformanceResult } from './result.js'

export type { CaseResult, ConformanceResult } from './result.js'
export { runTokenizerConformance } from './tokenizer.js'

export interface PipelineConformanceOptions {
  /** Each case runs on each device, and its id ends in the device's name. */
  readonly providers: readonly SessionProvider[]
  readonly plugins: Plugins
  /** Only cases whose id (model/case) holds this text. */
  readonly only?: string
  readonly onCase?: (result: CaseResult) => void
}

/** Every component case and every pipeline case of a folder of model folders, or of one model folder. */
export async function runPipelineConformance(dir: string, { providers, plugins, only = '', onCase }: PipelineConformanceOptions): Promise<ConformanceResult> {
  const folders = existsSync(join(dir, 'model_index.json')) ? [dir] : readdirSync(dir).sort().map(f => join(dir, f)).filter(f => existsSync(join(f, 'model_index.json')))
  if (!folders.length) throw new RangeError(`${dir} holds no model folder (one with a model_index.json).`)
  const results: CaseResult[] = []
  const wanted = (id: string) => id.includes(only)
  for (const provider of providers) for (const path of folders) for (const result of await folderCases(path, provider, plugins, wanted)) {
    const named = { ...result, id: `${result.id}@${provider.device}` }
    results.push(named)
    onCase?.(named)
  }
  return summary(results)
}

async function folderCases(path: string, provider: SessionProvider, plugins: Plugins, wanted: (id: string) => boolean): Promise<readonly CaseResult[]> {
  try {
    const folder = readModelFolder(path)
    const components = await componentCases(folder, provider, wanted)
    const model = await opened(openModel(folder, provider))
    try {
      return [...components, ...await pipelineCases(model, plugins, wanted)]
    } finally {
      await model.close()
    }
  } catch (error) {
    return [{ id: basename(path), status: 'failed', error: null, tolerance: null, reason: error instanceof Error ? error.message : String(error) }]
  }
}

async function opened(opening: ReturnType<typeof openModel>): Promise<Model> {
  for (;;) {
    const next = await opening.next()
    if (next.done) return next.value
  }
}
