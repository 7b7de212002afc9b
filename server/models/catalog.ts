import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { NoisegraphError } from '../core/errors.js'
import type { ModelInfo, Models } from '../core/services.js'
import { factsOf, type ModelFacts } from './facts.js'
import { familyName } from './family-name.js'
import { readModelFolder, type ModelFolder } from './folder.js'
import { inspectModel } from './inspect.js'
import { published } from './published.js'
import { takesOf, textFacts } from './takes.js'

/** The models that are installed: folders with a model_index.json inside the given roots. */
export interface Catalog extends Models {
  /** By name, or by a path to a folder. @throws UNKNOWN_MODEL, BROKEN_MODEL */
  folder(name: string): ModelFolder
}

/** The first root that has a name wins. Folders are read again when one of their files changes. */
export function catalog(roots: readonly string[]): Catalog {
  const kept = new Map<string, { stamp: string; folder: ModelFolder }>()
  const found = (): Map<string, string> => {
    const out = new Map<string, string>()
    for (const root of roots) if (existsSync(root)) for (const name of readdirSync(root).sort()) {
      const path = join(root, name)
      if (!out.has(name) && existsSync(join(path, 'model_index.json'))) out.set(name, path)
    }
    return out
  }
  const read = (path: string): ModelFolder => {
    const stamp = stampOf(path)
    const known = kept.get(path)
    if (known?.stamp === stamp) return known.folder
    const folder = readModelFolder(path)
    kept.set(path, { stamp, folder })
    return folder
  }
  const pathOf = (name: string): string => {
    const all = found()
    const path = all.get(name) ?? (/[\\/]/.test(name) && existsSync(join(name, 'model_index.json')) ? name : undefined)
    if (path) return path
    throw new NoisegraphError('UNKNOWN_MODEL', `No model "${name}" is installed. There ${all.size === 1 ? 'is' : 'are'} ${[...all.keys()].map(n => `"${n}"`).join(', ') || 'none'}.`, 'model')
  }
  const describe = (path: string): ModelInfo => {
    try {
      return { ...infoOf(read(path)), stamp: stampOf(path) }
    } catch (error) {
      if (!(error instanceof NoisegraphError)) throw error
      return { name: basename(path), pipeline: 'unknown', summary: '', output: 'picture', parts: [], defaults: { width: 0, height: 0, steps: 0, guidanceScale: 0 }, conditioners: [], scheduler: {}, sizeMultiple: 1, problem: error.message }
    }
  }
  return {
    list: () => Promise.resolve([...found().values()].map(describe)),
    get: async name => describe(pathOf(name)),
    inspect: name => inspectModel(read(pathOf(name))),
    folder: name => read(pathOf(name)),
  }
}

/** What the families were published with. */
function guidanceOf({ pipeline, parts }: ModelFolder, { denoiser, takesText, classes }: ModelFacts): number {
  const has = (input: string) => denoiser.header.inputs.some(i => i.name === input)
  if (has('img_ids')) return has('guidance') ? 3.5 : 1
  return published[pipeline]?.[1] ?? (has('pooled_projections') ? 7 : takesText ? 7.5 : classes !== null && parts.has('transformer') ? 4 : 1)
}

/** As many as pictures need, or as few as the family was published with. */
function stepsOf({ pipeline, scheduler: { className } }: ModelFolder, guided: boolean): number {
  if (className.startsWith('CMStochastic')) return 2
  return Math.min(guided ? 30 : 50, published[pipeline]?.[0] ?? (className.startsWith('LCM') ? 4 : Infinity))
}

function infoOf(folder: ModelFolder): ModelInfo {
  const facts = factsOf(folder)
  const suggested = (folder.notes.defaults ?? {}) as Readonly<Record<string, unknown>>
  const pick = (key: string, otherwise: number) => (typeof suggested[key] === 'number' ? suggested[key] : otherwise)
  const { takes, needs } = takesOf(folder, facts)
  const guided = facts.takesText || facts.classes !== null
  return {
    name: folder.name, pipeline: folder.pipeline, summary: typeof folder.notes.summary === 'string' ? folder.notes.summary : '',
    parts: [...folder.parts.values()].map(({ name, className, bytes }) => ({ name, className, bytes })),
    output: facts.output, ...(facts.extent && { extent: { ...facts.extent, default: pick(facts.extent.unit, facts.extent.default) } }),
    defaults: { width: pick('width', facts.width), height: pick('height', facts.height), steps: pick('steps', stepsOf(folder, guided)), guidanceScale: pick('guidanceScale', guidanceOf(folder, facts)) },
    family: familyName(folder, facts), conditioners: takes, needs, classes: facts.classes, ...(facts.takesText && { text: textFacts(folder) }),
    exported: exportedSize(facts), scheduler: folder.scheduler.config, sizeMultiple: facts.sizeMultiple, ...(facts.upscales && folder.parts.has('vae_decoder') && { enlarges: facts.factor }),
  }
}

/** Sides that the network's file fixes. */
function exportedSize({ denoiser: { header }, factor }: ModelFacts): NonNullable<ModelInfo['exported']> {
  const [, , height, width] = header.inputs.find(i => i.shape.length === 4)?.shape ?? []
  return { ...(typeof height === 'number' && { height: height * factor }), ...(typeof width === 'number' && { width: width * factor }) }
}

/** Names, sizes and times of all files one folder deep. */
function stampOf(path: string): string {
  const entries = readdirSync(path, { withFileTypes: true }).flatMap(e => e.isDirectory() ? readdirSync(join(path, e.name)).map(f => join(path, e.name, f)) : [join(path, e.name)])
  // Hidden files, such as what the engine keeps beside a model, say nothing about it.
  return entries.filter(f => !basename(f).startsWith('.')).map(f => { const s = statSync(f); return `${f} ${s.size} ${s.mtimeMs}` }).join('\n')
}
