import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Tensor } from '../../../plugins/sdk/index.js'
import { decodePicture } from '../../artifacts/pictures.js'
import type { Plugins } from '../../core/services.js'
import { planRun } from '../../core/plan.js'
import type { Model } from '../../models/model.js'
import { parsePythonJson } from '../../models/json.js'
import { stack } from '../../models/network.js'
import { alwaysFeeds, embedsGuidance } from '../always.js'
import { applied } from '../apply.js'
import { condition } from '../condition.js'
import { paint, type Picture } from '../paint.js'
import { toRaster } from '../raster.js'
import { sampleShape, siteOf } from '../site.js'
import { argumentsOf, type Arguments, type PipelineCase } from './case.js'
import { readNpy } from './npy.js'
import { drawsOf } from './recorded.js'
import { attempt, judge, largestDifference, type CaseResult, type Check } from './result.js'

/** The calls of a folder's reference/pipeline, through the same code that serves orders. */
export async function pipelineCases(model: Model, plugins: Plugins, wanted: (id: string) => boolean): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = []
  for (const c of casesOf(model.folder.path)) {
    const id = `${model.folder.name}/${c.name}`
    if (wanted(id)) results.push(await attempt(id, async () => judge(id, await play(model, plugins, c))))
  }
  return results
}

/** Cases in reference/pipeline/NAME/case.json, and those of reference/cases.json, which have seeds and no recorded noise. */
function casesOf(root: string): readonly PipelineCase[] {
  const at = join(root, 'reference/pipeline')
  const files = (existsSync(at) ? readdirSync(at).sort() : []).map(name => join(at, name, 'case.json')).filter(f => existsSync(f))
  const list = join(root, 'reference/cases.json')
  const short = existsSync(list) ? parsePythonJson(readFileSync(list, 'utf8')) as readonly ShortCase[] : []
  return [
    ...files.map(f => parsePythonJson(readFileSync(f, 'utf8')) as PipelineCase),
    ...short.map((c): PipelineCase => ({
      ...c, pipeline: 'StableDiffusionPipeline', call: { ...c }, tolerance: { latents: 2e-3, image: 2 },
      final_latents: { shape: [], file: `reference/${c.latents}` }, image: { files: [`reference/${c.image}`] },
    })),
  ]
}
type ShortCase = Pick<PipelineCase, 'name' | 'scheduler_class' | 'scheduler_config' | 'timesteps'> & { readonly seed: string; readonly latents: string; readonly image: string }

async function play(model: Model, plugins: Plugins, c: PipelineCase): Promise<readonly Check[]> {
  const root = model.folder.path
  const asked = argumentsOf(c)
  const { facts } = model
  const final = c.final_latents ?? c.final_sample
  const [height, width] = [asked.height ?? (final ? final.shape.at(-2)! * facts.factor : facts.height), asked.width ?? (final ? final.shape.at(-1)! * facts.factor : facts.width)]
  const canvas = { width, height, guidanceScale: asked.guidanceScale, guided: asked.guidanceScale > 1 && !embedsGuidance(model) }
  const fitted = new Map<Tensor, Tensor>()
  const pictures: Picture[] = []
  const count = asked.prompts.length * asked.perPrompt
  const draws = drawsOf(root, c, count)
  const images = await inputsOf(root, c)
  for (let i = 0; i < count; i++) {
    const sources = { image: (id: string) => Promise.resolve(images.get(id)!) }
    const conditioners = []
    for (const [name, options] of conditionersOf(asked, Math.floor(i / asked.perPrompt), images)) conditioners.push(await applied(plugins.conditioner(name), options, model, sources))
    pictures.push({ draw: draws[i]!, conditioning: await condition(conditioners, siteOf(model, canvas, draws[i]!, fitted)) })
  }
  const strength = pictures[0]!.conditioning.start?.strength ?? 1
  const planned = planRun({ scheduler: { ...c.scheduler_config, _class_name: c.scheduler_class }, steps: asked.steps, part: { strength } }, { samplers: plugins.samplers() })
  const plan = asked.eta && 'eta' in planned.options ? { ...planned, options: { ...planned.options, eta: asked.eta } } : planned
  const painting = paint(model, {
    plan, shape: sampleShape(model, canvas), guidanceScale: asked.guidanceScale, always: alwaysFeeds(model, canvas),
    journal: { read: () => Promise.resolve(undefined), write: () => Promise.resolve() }, signal: new AbortController().signal,
  }, pictures)
  for (;;) {
    const next = await painting.next()
    if (next.done) return compare(model, c, next.value)
  }
}

/** The conditioners that stand for the arguments of a diffusers call. */
function conditionersOf(a: Arguments, prompt: number, images: ReadonlyMap<string, Uint8Array>): readonly (readonly [name: string, options: Record<string, unknown>])[] {
  const strength = a.strength === undefined ? {} : { strength: a.strength }
  const words = a.prompts[prompt]
  return [
    ...(words == null ? [] : [['text', { prompt: words, negativePrompt: a.negatives[prompt] ?? a.negatives[0] ?? null, guidanceRescale: a.guidanceRescale, clipSkip: a.clipSkip }] as const]),
    ...(a.labels ? [['class-label', { label: a.labels[prompt], nullLabel: a.nullLabel }] as const] : []),
    ...(images.has('mask_image') ? [['inpaint', { picture: 'image', mask: 'mask_image', ...strength }] as const]
      : images.has('image') ? [['image-to-image', { picture: 'image', ...strength }] as const] : []),
  ]
}

const inputsOf = async (root: string, { input_files = {} }: PipelineCase): Promise<ReadonlyMap<string, Uint8Array>> =>
  new Map(Object.entries(input_files).map(([key, file]) => [key, readFileSync(join(root, file))]))

async function compare(model: Model, c: PipelineCase, samples: readonly Tensor[]): Promise<readonly Check[]> {
  const root = model.folder.path
  const checks: Check[] = []
  const whole = stack(samples)
  const folder = join(root, 'reference/pipeline', c.name)
  // Where the file's integer timesteps cut fractions, the folder says which reference was made with the same cut.
  const own = c.authoritative_for_this_onnx_file
  const reference = own ? join(folder, own) : join(root, (c.final_latents ?? c.final_sample)!.file)
  const floor = own ? 0 : c.noise_floor_torch_vs_onnxruntime?.latents_max_abs ?? c.noise_floor_torch_vs_onnxruntime?.sample_max_abs ?? 0
  checks.push({ what: 'final sample', error: largestDifference(whole.data, readNpy(reference).data), tolerance: c.tolerance?.latents ?? Math.max(1e-3, 3 * floor) })
  for (const [i, sample] of samples.entries()) {
    const file = own ? join(folder, `image_int64_timestep_${i}.png`) : c.image?.files?.[i] && join(root, c.image.files[i])
    if (!file || !existsSync(file)) continue
    const pixels = model.autoencoder ? await model.autoencoder.decode(sample) : sample
    const want = await decodePicture(readFileSync(file))
    checks.push({ what: `picture ${i} (grey levels)`, error: largestDifference(toRaster(pixels).data, want.data), tolerance: c.tolerance?.image ?? 2 })
  }
  return checks
}
