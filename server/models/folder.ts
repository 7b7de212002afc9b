import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { NoisegraphError } from '../core/errors.js'
import { readOnnxHeader, type OnnxHeader } from '../sessions/onnx-header.js'
import { familyProblems } from './family.js'
import { parsePythonJson } from './json.js'

export type Json = Readonly<Record<string, unknown>>

/** One network of a model: its files, its config, and what its file says of itself. */
export interface Part { readonly name: string; readonly className: string; readonly file: string; readonly config: Json; readonly header: OnnxHeader; readonly bytes: number }

export interface SchedulerConfig { readonly className: string; readonly config: Json }

/** A model in the diffusers-ONNX layout, read and checked, with no weights loaded. */
export interface ModelFolder {
  readonly name: string
  readonly path: string
  /** `_class_name` of model_index.json. */
  readonly pipeline: string
  readonly index: Json
  readonly parts: ReadonlyMap<string, Part>
  /** Folders of tokenizers, by part name: tokenizer, tokenizer_2, ... */
  readonly tokenizers: ReadonlyMap<string, string>
  readonly scheduler: SchedulerConfig
  /** All schedulers by part name: an upscaler has one for its input too. */
  readonly schedulers: ReadonlyMap<string, SchedulerConfig>
  /** noisegraph.json, where the folder has one: a summary and suggested defaults. */
  readonly notes: Json
}

/** Parts that need no file: they guard or prepare what is not ours, or are merged into another network. */
const unneeded = new Set(['safety_checker', 'feature_extractor', 'image_encoder', 'image_processor', 'motion_adapter', 'watermark'])
/** What a part is made of on disk, where it is not one network of its own name. */
const madeOf: Readonly<Record<string, readonly string[]>> = { vae: ['vae_decoder'], movq: ['vae_decoder'], vqvae: ['vae_decoder'], vqgan: ['vae_decoder'] }
/** Networks that are taken where they are there, though the index does not list them: of several ControlNets it lists one. */
const optional = ['vae_encoder', 'vae_decoder', 'controlnet', ...Array.from({ length: 8 }, (_, i) => `controlnet_${i + 1}`)]

/**
 * Reads model_index.json, every config and every ONNX header.
 * @throws BROKEN_MODEL naming every part that is missing, unknown or damaged.
 */
export function readModelFolder(path: string): ModelFolder {
  const name = basename(path)
  const problems: string[] = []
  const index = readJson(join(path, 'model_index.json'), problems)
  if (!index) throw broken(name, problems)
  const listed = Object.entries(index).filter((e): e is [string, [string, string]] => Array.isArray(e[1]) && typeof e[1][1] === 'string')
  const parts = new Map<string, Part>()
  const tokenizers = new Map<string, string>()
  const schedulers = new Map<string, SchedulerConfig>()
  for (const [part, [, className]] of listed) {
    const folder = join(path, part)
    if (part.endsWith('scheduler')) {
      const read = readScheduler(folder, className, problems)
      if (read) schedulers.set(part, read)
    } else if (part.startsWith('tokenizer')) tokenizers.set(part, checkedTokenizer(part, folder, problems))
    else for (const one of madeOf[part] ?? [part]) {
      if (unneeded.has(part) && !existsSync(join(path, one, 'model.onnx'))) continue
      const read = readPart(path, one, className, problems)
      if (read) parts.set(one, read)
    }
  }
  for (const part of optional) if (!parts.has(part) && existsSync(join(path, part)) && !listed.some(([p]) => p === part)) {
    const read = readPart(path, part, '', problems)
    if (read) parts.set(part, read)
  }
  const scheduler = schedulers.get('scheduler') ?? schedulers.get('decoder_scheduler')
  if (!scheduler && !problems.length) problems.push('scheduler: model_index.json lists none')
  if (!['unet', 'transformer', 'decoder', 'prior'].some(p => parts.has(p)) && !problems.length) problems.push('unet: model_index.json lists neither a unet nor a transformer')
  problems.push(...familyProblems(parts))
  if (problems.length || !scheduler) throw broken(name, problems)
  const notes = existsSync(join(path, 'noisegraph.json')) ? readJson(join(path, 'noisegraph.json'), problems) : {}
  if (!notes) throw broken(name, problems)
  return { name, path, pipeline: String(index._class_name ?? 'unknown'), index, parts, tokenizers, scheduler, schedulers, notes }
}

const broken = (name: string, problems: readonly string[]) =>
  new NoisegraphError('BROKEN_MODEL', `The model "${name}" cannot be used: ${problems.join('; ')}. Put the missing or damaged files in place, as the diffusers-ONNX layout has them.`, 'model')

function readJson(file: string, problems: string[]): Json | undefined {
  const at = file.split(/[\\/]/).slice(-2).join('/')
  if (!existsSync(file)) { problems.push(`${at} is missing`); return undefined }
  try {
    const value = parsePythonJson(readFileSync(file, 'utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
    problems.push(`${at} holds no JSON object`)
  } catch (error) {
    problems.push(`${at} is not JSON (${error instanceof Error ? error.message : String(error)})`)
  }
  return undefined
}

function readScheduler(folder: string, listed: string, problems: string[]) {
  const config = readJson(join(folder, 'scheduler_config.json'), problems)
  return config && { className: typeof config._class_name === 'string' ? config._class_name : listed, config }
}

const tokenizerFiles = [['tokenizer.json'], ['vocab.json', 'merges.txt'], ['spiece.model'], ['vocab.txt']]

function checkedTokenizer(part: string, folder: string, problems: string[]): string {
  if (!tokenizerFiles.some(files => files.every(f => existsSync(join(folder, f))))) problems.push(`${part} has no tokenizer.json, nor vocab.json with merges.txt, spiece.model or vocab.txt`)
  return folder
}

function readPart(path: string, name: string, className: string, problems: string[]): Part | undefined {
  const folder = join(path, name)
  const file = join(folder, 'model.onnx')
  if (!existsSync(file)) { problems.push(`${name}/model.onnx is missing`); return undefined }
  const config = existsSync(join(folder, 'config.json')) ? readJson(join(folder, 'config.json'), problems) : {}
  try {
    const header = readOnnxHeader(file)
    let bytes = statSync(file).size
    for (const [other, need] of Object.entries(header.external)) {
      const at = join(folder, other)
      if (!existsSync(at)) { problems.push(`${name}/${other}, which holds weights, is missing`); return undefined }
      const { size } = statSync(at)
      if (size < need) { problems.push(`${name}/${other} has ${size} bytes of the ${need} that it must have`); return undefined }
      bytes += size
    }
    return config && { name, className: String(config._class_name ?? className), file, config, header, bytes }
  } catch (error) {
    if (!(error instanceof NoisegraphError)) throw error
    problems.push(`${name}/model.onnx: ${error.message.replace(/^.* is not a complete/, 'not a complete')}`)
    return undefined
  }
}
