import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { map, type Tensor } from '../../../plugins/sdk/index.js'
import { decodePicture } from '../../artifacts/pictures.js'
import { clip } from '../../core/limits.js'
import type { Plugins } from '../../core/services.js'
import type { Part } from '../../core/part.js'
import { planRun, type Plan } from '../../core/plan.js'
import type { Model } from '../../models/model.js'
import { parsePythonJson } from '../../models/json.js'
import { part, stack } from '../../models/network.js'
import { pack } from '../../models/packed.js'
import { alwaysFeeds, embedsGuidance } from '../always.js'
import { applied } from '../apply.js'
import { condition, type Applied } from '../condition.js'
import { timeIds } from '../../models/time-ids.js'
import { gridOf, schedulerOf, partOf } from '../generate.js'
import { paint, type Picture } from '../paint.js'
import { framesOf, fromRaster, toRaster } from '../raster.js'
import { soundOf } from '../sound.js'
import { sampleShape, siteOf, type Canvas } from '../site.js'
import { readArguments, type Call, type PipelineCase } from './case.js'
import { conditionersOf, embeddingsOf, type Pictures } from './conditioners.js'
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
      ...c, pipeline: 'StableDiffusionPipeline', call: { ...c, timesteps: undefined }, tolerance: { latents: 2e-3, image: 2 },
      final_latents: { shape: [], file: `reference/${c.latents}` }, image: { files: [`reference/${c.image}`] },
    })),
  ]
}
type ShortCase = Pick<PipelineCase, 'name' | 'scheduler_class' | 'scheduler_config' | 'timesteps'> & { readonly seed: string; readonly latents: string; readonly image: string }

async function play(model: Model, plugins: Plugins, told: PipelineCase): Promise<readonly Check[]> {
  const root = model.folder.path
  const c = { ...told, scored: model.network.inputs.includes('time_ids') && timeIds(model.folder, model.facts.denoiser) === 5, controls: [...model.folder.parts.keys()].filter(name => name.startsWith('controlnet')).length }
  const call = readArguments(c)
  const canvas = canvasOf(model, c, call)
  const fitted = new Map<Tensor, Tensor>()
  const pictures: Picture[] = []
  const draws = drawsOf(root, c, call.pictures)
  const { sources, pictures: inputs } = await inputsOf(root, c)
  const pooled = model.network.inputs.includes('pooled_projections') ? 'pooled_projections' : 'text_embeds'
  const decoded = new Map<string, Applied>()
  for (let i = 0; i < call.pictures; i++) {
    const conditioners: Applied[] = [...embeddingsOf(root, c, call, i, canvas.guided, pooled)]
    for (const [name, options] of conditionersOf(c, call, i, inputs)) {
      const key = JSON.stringify([name, options])
      const one = decoded.get(key) ?? await applied(plugins.conditioner(name), options, model, { ...sources, samplers: plugins.samplers() })
      decoded.set(key, one)
      conditioners.push(one)
    }
    pictures.push({ draw: draws[i]!, conditioning: await condition(conditioners, siteOf(model, canvas, draws[i]!, fitted)) })
  }
  const painting = paint(model, {
    plan: planOf(c, call, plugins, model, canvas, partOf(pictures[0]!.conditioning)), shape: sampleShape(model, canvas), guidanceScale: canvas.guidanceScale, always: alwaysFeeds(model, canvas),
    journal: { read: () => Promise.resolve(undefined), write: () => Promise.resolve() }, signal: new AbortController().signal,
  }, pictures)
  for (;;) {
    const next = await painting.next()
    if (next.done) return [...await compare(model, c, next.value), ...await compareSounds(model, c, next.value, canvas)]
  }
}

function canvasOf(model: Model, c: PipelineCase, call: Call): Canvas {
  const { facts } = model
  const final = c.final_latents ?? c.final_sample
  // PixArt may paint in another size than it was asked for, and packs nothing; Flux records its latents packed.
  const planes = c.pipeline.startsWith('UnCLIP') ? undefined : [final, c.noise_draws?.at(-1)].find(s => s !== undefined && s.shape.length > 3)?.shape
  const asked = (key: string) => (c.pipeline.startsWith('PixArt') ? undefined : call.number(key))
  const side = (key: string, axis: number, otherwise: number) => asked(key) ?? (planes ? planes.at(axis)! * facts.factor : otherwise)
  // What was drawn has the shape of the sample, even where the result was cut.
  const drawn = (c.pipeline.includes('VideoToVideo') ? final : c.noise_draws?.at(-1) ?? final)?.shape
  const frames = call.number('num_frames') ?? (drawn?.length === 5 ? drawn[2] : undefined)
  // Half a sample less, which is rounded up to what was drawn whatever the division does.
  const seconds = call.number('audio_length_in_s') ?? (drawn?.length === 3 && facts.sound ? (drawn[2]! - 0.5) / facts.sound.rate : undefined)
  const points = drawn?.length === 3 && facts.extent?.unit === 'points' ? drawn[2] : undefined
  return {
    width: side('width', -1, facts.width), height: side('height', -2, facts.height), guidanceScale: call.guidanceScale,
    guided: (call.guidanceScale > 1 || (c.pipeline.startsWith('UnCLIP') && (call.number('prior_guidance_scale') ?? 4) > 1)) && !embedsGuidance(model), ...(frames !== undefined && { frames }), ...(seconds !== undefined && { seconds }), ...(points !== undefined && { points }),
  }
}

/** The plan of the case's own scheduler, with the arguments that diffusers hands to it. */
function planOf(c: PipelineCase, call: Call, { samplers }: Plugins, model: Model, canvas: Canvas, asked: Part): Plan {
  const { steps, number, handed } = call
  const original = number('original_inference_steps')
  // DDIMPipeline makes a DDIM of whatever scheduler it is given.
  const className = c.pipeline === 'DDIMPipeline' ? 'DDIMScheduler' : c.scheduler_class
  // An unCLIP case records the last of its schedulers.
  const scheduler = c.pipeline.startsWith('UnCLIP') ? schedulerOf(model.folder.scheduler) : { ...c.scheduler_config, _class_name: className, ...(original !== undefined && { original_inference_steps: original }) }
  const [levels] = Object.values(handed)
  const mu = number('mu')
  const request = {
    scheduler, steps: levels?.length ?? steps, ...gridOf(model, canvas), pipeline: c.pipeline, part: asked,
    ...((levels || mu !== undefined) && { handed: { ...handed, ...(mu !== undefined && { mu }) } }),
  }
  const plan = planRun(request, { samplers: samplers() })
  return { ...plan, options: { ...plan.options, ...stepArguments(c, call, className) } }
}

/** What diffusers hands to a scheduler's steps. */
function stepArguments(c: PipelineCase, { given, number }: Call, className: string): Readonly<Record<string, unknown>> {
  // Only these classes take it, and latent pipelines always hand it over.
  const eta = number('eta') ?? (c.call && className.startsWith('TCD') ? 0 : undefined)
  return { ...(eta !== undefined && /^(DDIM|TCD|CogVideoXDDIM)/.test(className) && { eta }), ...(given.use_clipped_model_output === true && { noiseFromClean: true }) }
}

/** The pictures among the arguments: files to decode by the names that `sources` knows, arrays as they are, frames of a clip all together. */
async function inputsOf(root: string, { input_files = {} }: PipelineCase) {
  const file = (key: string, index: number): string | undefined => { const all = [input_files[key] ?? []].flat(); return all.length > 1 ? all[index] : all[0] }
  const arrays = new Map<string, Tensor>()
  const frames: Tensor[] = []
  for (const name of [input_files.video ?? []].flat()) frames.push(name.endsWith('.npy') ? readNpy(join(root, name)) : fromRaster(await decodePicture(readFileSync(join(root, name)))))
  const pictures: Pictures = (key, index = 0) => {
    if (key === 'video') return frames.length ? stack(frames) : undefined
    const name = file(key, index)
    if (!name?.endsWith('.npy')) return name
    const whole = arrays.get(name) ?? readNpy(join(root, name))
    arrays.set(name, whole)
    return whole.shape[0]! > 1 ? part(whole, index % whole.shape[0]!) : whole
  }
  return { pictures, sources: { image: (name: string) => Promise.resolve(readFileSync(join(root, name))) } }
}

async function compare(model: Model, c: PipelineCase, samples: readonly Tensor[]): Promise<readonly Check[]> {
  const root = model.folder.path
  const checks: Check[] = []
  const whole = stack(samples)
  const folder = join(root, 'reference/pipeline', c.name)
  // Where the file's integer timesteps cut fractions, the folder says which reference was made with the same cut.
  const own = c.authoritative_for_this_onnx_file
  const reference = own ? join(folder, own) : join(root, (c.final_latents ?? c.final_sample)!.file)
  const floor = own ? 0 : c.noise_floor_torch_vs_onnxruntime?.latents_max_abs ?? c.noise_floor_torch_vs_onnxruntime?.sample_max_abs ?? 0
  const { shape, data } = readNpy(reference)
  // DiTPipeline keeps a second copy for guidance.
  const want = c.pipeline === 'DiTPipeline' && shape[0] === 2 * samples.length ? data.slice(0, data.length / 2) : data
  const laid = model.network.packed && shape.length === 3 ? pack(whole) : whole
  // Published sound pipelines clip what they return.
  const got = c.pipeline === 'DanceDiffusionPipeline' && want.every(v => Math.abs(v) <= 1) ? clip(1)(laid).data : laid.data
  checks.push({ what: 'final sample', error: largestDifference(cut(got, laid.shape, want.length), want), tolerance: c.tolerance?.latents ?? Math.max(1e-3, 3 * floor) })
  const pictures = (c.image?.files ?? []).map((file, i) => (own ? join(folder, `image_int64_timestep_${i}.png`) : join(root, file)))
  let at = 0
  for (const sample of samples) for (const frame of framesOf(sample)) {
    const file = pictures[at++]
    if (!file || !existsSync(file)) continue
    const pixels = model.autoencoder ? await model.autoencoder.decode(c.pipeline === 'StableDiffusion3InpaintPipeline' ? unshifted(frame, model) : frame) : frame
    checks.push({ what: `picture ${at - 1} (grey levels)`, error: largestDifference(toRaster(pixels).data, (await decodePicture(readFileSync(file))).data), tolerance: c.tolerance?.image ?? Math.max(2, 3 * (c.noise_floor_torch_vs_onnxruntime?.image_max_u8 ?? 0)) })
  }
  return checks
}

/** That pipeline divides by the scaling factor and leaves the shift out. */
function unshifted(latents: Tensor, { folder }: Model): Tensor {
  const { scaling_factor: scale = 1, shift_factor: shift } = folder.parts.get('vae_decoder')!.config
  return map(v => v - Number(shift ?? 0) * Number(scale), latents)
}

/** Waveforms lie from -1 to 1: a thousandth of that, as for samples, where the case says nothing else. */
async function compareSounds(model: Model, { audio, tolerance }: PipelineCase, samples: readonly Tensor[], { seconds }: Canvas): Promise<readonly Check[]> {
  const files = (model.facts.sound ? audio?.files ?? [] : []).filter(f => f.endsWith('.npy') && existsSync(join(model.folder.path, f)))
  const checks: Check[] = []
  for (const [i, file] of files.entries()) {
    const { channels } = await soundOf(model, samples[i]!, seconds ?? model.facts.sound!.seconds)
    checks.push({ what: `sound ${i}`, error: largestDifference(Float32Array.from(channels.flatMap(c => [...c])), readNpy(join(model.folder.path, file)).data), tolerance: tolerance?.audio ?? 1e-3 })
  }
  return checks
}

/** The beginning of each channel, where the reference is shorter: published sound pipelines cut what they had to add. */
function cut(data: Float32Array, shape: readonly number[], to: number): Float32Array {
  if (data.length <= to || shape.length !== 3 || to % (data.length / shape[2]!)) return data
  const [from, kept] = [shape[2]!, to / (data.length / shape[2]!)]
  return Float32Array.from({ length: to }, (_, i) => data[Math.floor(i / kept) * from + (i % kept)]!)
}
