import { mix, type Conditioner, type Conditioning, type Denoiser, type Feeds, type Run, type Sampler, type Site, type Step, type Tensor } from '../../plugins/sdk/index.js'
import { denoiser } from '../core/denoiser.js'
import { NoisegraphError } from '../core/errors.js'
import type { Recipe } from '../core/recipe.js'
import type { Model } from '../models/model.js'
import { gather } from './gather.js'
import { callFor, combine, type Call } from './guidance.js'
import type { Journal } from './pipeline.js'
import { answerCalls } from './placement.js'

/** The next unit Gaussian of a picture's stream. */
export type Draw = (shape: readonly number[]) => Tensor

/** A conditioner with its parsed options and the services that it asked for. */
export interface Applied { readonly conditioner: Conditioner; readonly options: Readonly<Record<string, unknown>>; readonly services: Readonly<Record<string, unknown>> }

export interface Picture { readonly applied: readonly Applied[]; readonly draw: Draw }

/** How to sample: everything but what is asked of the single pictures. */
export interface Plan {
  readonly recipe: Recipe
  readonly sampler: Sampler
  readonly options: Readonly<Record<string, unknown>>
  readonly guidanceScale: number
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** Inputs of the network that stay the same in every call: sizes, guidance embeddings. */
  readonly always: Feeds
}

/** A step that all pictures have begun. `steps` has one entry for each picture that is still running. */
export interface Painted { readonly index: number; readonly total: number; readonly networkCalls: number; readonly steps: readonly Step[] }

export interface PaintContext { readonly journal: Journal; readonly signal: AbortSignal; readonly site: (picture: Picture) => Site }

/** Runs the sampler on every picture, step by step, and returns the finished samples: latents, or pixels. */
export async function* paint(model: Model, plan: Plan, pictures: readonly Picture[], { journal, signal, site }: PaintContext): AsyncGenerator<Painted, readonly Tensor[]> {
  let networkCalls = 0
  const calls = gather((requests: readonly Call[]) => answerCalls(model.network, requests, signal))
  const runs = []
  for (const [which, picture] of pictures.entries()) {
    const conditioning = merge(await Promise.all(inOrder(picture.applied, a => a.conditioner.condition(site(picture), a.options as never, a.services as never))))
    let own = 0
    const network = async (x: Tensor, t: number) => {
      signal.throwIfAborted()
      // Numbered by picture and call, so that replay does not depend on who asks first.
      const number = own++ * pictures.length + which
      networkCalls++
      const known = await journal.read(number)
      const answer = known ?? await calls.ask(callFor(conditioning, plan.guidanceScale, x, t, plan.always))
      if (!known) {
        finite(answer, t)
        await journal.write(number, answer)
      }
      return combine(conditioning, plan.guidanceScale, answer, x)
    }
    runs.push(begin(plan, picture, conditioning, denoiser(network, plan.recipe.precondition, plan.recipe.limit), site(picture).shape))
  }
  const results: (Tensor | undefined)[] = runs.map(() => undefined)
  try {
    for (let index = 0; results.includes(undefined); index++) {
      const active = runs.map((r, i) => ({ ...r, i })).filter(r => !results[r.i])
      const steps = await Promise.all(active.map(r => calls.join(() => r.steps.next())))
      steps.forEach((s, k) => { if (s.done) results[active[k]!.i] = active[k]!.finish(s.value) })
      const going = steps.filter(s => !s.done).map(s => s.value as Step)
      if (going.length) yield { index, total: runs[0]!.total, networkCalls, steps: going }
    }
  } finally {
    await Promise.allSettled(runs.map(r => r.steps.return(undefined as never)))
  }
  return results as Tensor[]
}

/** The sampler at its start. Draws the initial noise where no conditioner has. */
function begin({ recipe, sampler, options }: Plan, picture: Picture, conditioning: Conditioning, plain: Denoiser, shape: readonly number[]) {
  const { start } = conditioning
  const strength = start?.strength ?? 1
  const skip = Math.min(recipe.intervals.length - 1, skippedSteps(recipe, strength))
  const noise = start?.noise ?? picture.draw(shape)
  const { alpha, sigma } = recipe.intervals[skip]!.from
  const x = start?.clean ? mix([alpha, start.clean], [sigma, noise]) : mix([Math.fround(recipe.initNoiseSigma), noise])
  const wrapped = conditioning.wrap ? conditioning.wrap(plain) : plain
  const run: Run = {
    x, intervals: recipe.intervals.slice(skip), skipped: recipe.intervals.slice(0, skip), level: recipe.level,
    ...wrapped, noise: (_from, _to, of) => picture.draw(of ?? shape),
  }
  return { steps: sampler.sample(run, options as never), finish: conditioning.finish ?? ((x: Tensor) => x), total: run.intervals.length }
}

/** Of n steps, floor(n * strength) are made (SDEdit as published pipelines count it). A repeated step counts once. */
function skippedSteps({ intervals, sampler, options }: Recipe, strength: number): number {
  const n = sampler === 'pndm' && !options.rungeKutta && intervals.length > 2 ? intervals.length - 1 : intervals.length
  return n - Math.min(n, Math.floor(n * strength))
}

/** One after another: conditioners draw noise, and the order of draws belongs to the result. */
function inOrder<T, R>(items: readonly T[], make: (item: T) => Promise<R>): Promise<R>[] {
  let last: Promise<unknown> = Promise.resolve()
  return items.map(item => {
    const next = last.then(() => make(item))
    last = next
    return next
  })
}

/** Contributions from left to right: feeds add up, wrappers and finishers nest, of the rest the last one counts. */
const merge = (all: readonly Conditioning[]): Conditioning => all.reduce((a, b) => {
  const unless = a.unless || b.unless ? { unless: { ...(a.unless ?? a.when), ...(b.unless ?? b.when) } } : {}
  const wrap = a.wrap && b.wrap ? { wrap: (next: Denoiser) => b.wrap!(a.wrap!(next)) } : {}
  const finish = a.finish && b.finish ? { finish: (x: Tensor) => b.finish!(a.finish!(x)) } : {}
  return { ...a, ...b, when: { ...a.when, ...b.when }, ...unless, ...wrap, ...finish }
}, {})

function finite({ data }: Tensor, t: number): void {
  const bad = data.findIndex(v => !Number.isFinite(v))
  if (bad >= 0) throw new NoisegraphError('NON_FINITE', `The network answered ${data[bad]} at timestep ${t}. A network in half precision may overflow: use one in single precision, or a lower guidance scale.`)
}
