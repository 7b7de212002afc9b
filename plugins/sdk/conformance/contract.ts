/** What every sampler must do whatever it computes. */
import { chain } from '../level.js'
import { optionProblems } from '../options.js'
import type { Denoiser, Sampler } from '../sampler.js'
import type { Tensor } from '../tensor.js'
import { normals } from './normals.js'
import { finish, parsed, play, start, type Scene } from './play.js'
import { require, sameBits, withoutMathRandom } from './result.js'
import { evenGrid } from './spaces.js'
import { gaussian } from './toys.js'

const STEPS = 8
const SHAPE = [1, 2, 4, 4]
const scene = (settings: Partial<Scene> = {}): Scene => ({ grid: evenGrid('preserving', STEPS), toy: gaussian(0.3, 0.5), x: normals(7)(SHAPE), ...settings })

export function declaration(sampler: Sampler): string {
  const named = /^[a-z0-9]+(-[a-z0-9]+)*$/
  require(named.test(sampler.name), () => `the name "${sampler.name}" must be lower-case words joined by hyphens`)
  require(sampler.summary.trim() !== '' && sampler.cites.trim() !== '', () => '`summary` and `cites` must say what it does and where it comes from')
  require(sampler.order === 'sde' || sampler.order > 0, () => `the order ${sampler.order} must be above 0, or "sde"`)
  const problems = optionProblems(sampler.options)
  require(problems.length === 0, () => problems.join(' '))
  for (const [name, preset] of Object.entries(sampler.presets ?? {})) {
    require(named.test(name), () => `the preset's name "${name}" must be lower-case words joined by hyphens`)
    parsed({ ...sampler, name }, preset.options)
  }
  return `${Object.keys(sampler.options).length} options, ${Object.keys(sampler.presets ?? {}).length} presets`
}

/** One yield for each step, before it is made, with x, the level and the estimate. */
export async function yieldsSteps(sampler: Sampler, settings: Partial<Scene>): Promise<string> {
  const whole = scene(settings)
  const { x, yields } = await finish(start(sampler, whole))
  const intervals = whole.intervals ?? chain(whole.grid.levels)
  const declared = sampler.steps ? sampler.steps(intervals, parsed(sampler, settings.options ?? {}, whole.x)) : intervals.length
  require(declared === null || yields.length === declared, () => `${yields.length} yields for ${declared} steps`)
  require(yields[0]?.x.data.length === whole.x.data.length, () => 'the first yield does not hold the x that it was given')
  for (const { level, denoised, x: at } of yields)
    require(Number.isFinite(level.sigma) && denoised.data.length === at.data.length, () => 'a yield lacks its level or its estimate')
  require(x.data.every(Number.isFinite), () => 'the result is not finite')
  return declared === null ? `${yields.length} yields, a number that it does not foresee` : `${yields.length} yields`
}

export async function sameSeedSameBits(sampler: Sampler, settings: Partial<Scene>): Promise<string> {
  const once = await play(sampler, scene(settings))
  require(sameBits(once.data, (await play(sampler, scene(settings))).data), () => 'a second run with the same seed ended elsewhere')
  return 'two runs, the same bits'
}

/** Two runs stepped in turn must not see each other: no state outside of the generator. */
export async function interleaved(sampler: Sampler, settings: Partial<Scene>): Promise<string> {
  const two = [scene({ ...settings, seed: 1 }), scene({ ...settings, seed: 2, x: normals(8)(SHAPE) })]
  const alone = [await play(sampler, two[0]!), await play(sampler, two[1]!)]
  const runs = two.map(s => start(sampler, s))
  const ends: (Tensor | undefined)[] = [undefined, undefined]
  while (ends.includes(undefined))
    for (const [i, run] of runs.entries()) {
      if (ends[i]) continue
      const step = await run.next()
      if (step.done) ends[i] = step.value
    }
  require(ends.every((end, i) => sameBits(end!.data, alone[i]!.data)), () => 'two runs in turn end elsewhere than alone')
  return 'as alone'
}

/** Fed the network's outputs up to any call, then the network itself, a run must end with the same bits. */
export async function replays(sampler: Sampler, settings: Partial<Scene>): Promise<string> {
  const journal: Tensor[] = []
  const recording = ({ denoise, read }: Denoiser): Denoiser => ({ read, denoise: async (x, at) => { const p = await denoise(x, at); journal.push(p.output); return p } })
  const whole = await play(sampler, scene({ ...settings, wrap: recording }))
  for (let cut = 0; cut <= journal.length; cut++) {
    let call = 0
    const fed = ({ denoise, read }: Denoiser): Denoiser => ({ read, denoise: async (x, at) => (call < cut ? read(journal[call++]!, x, at) : denoise(x, at)) })
    require(sameBits(whole.data, (await play(sampler, scene({ ...settings, wrap: fed }))).data), () => `fed from the journal up to call ${cut} it ends elsewhere`)
  }
  return `from each of ${journal.length} calls`
}

/** A picture must be the same alone and in a batch. */
export async function batches(sampler: Sampler, settings: Partial<Scene>): Promise<string> {
  if (sampler.coupled) return `not asked for: ${sampler.coupled}`
  const seeds = [3, 4]
  const alone = []
  for (const seed of seeds) alone.push(await play(sampler, scene({ ...settings, x: normals(10 + seed)(SHAPE), noise: normals(seed) })))
  const joined = (parts: readonly Tensor[]): Tensor => ({ shape: [parts.length, ...parts[0]!.shape.slice(1)], data: Float32Array.from(parts.flatMap(p => [...p.data])) })
  const streams = seeds.map(seed => normals(seed))
  const both = await play(sampler, scene({
    ...settings, x: joined(seeds.map(seed => normals(10 + seed)(SHAPE))), noise: shape => joined(streams.map(draw => draw([1, ...shape.slice(1)]))),
  }))
  require(sameBits(both.data, joined(alone).data), () => 'a batch of two differs from its pictures alone')
  return 'two as one and one'
}

export async function leavesInput(sampler: Sampler, settings: Partial<Scene>): Promise<string> {
  const given = scene(settings)
  const before = Float32Array.from(given.x.data)
  const intervals = Object.freeze((given.intervals ?? chain(given.grid.levels)).map(step => Object.freeze(step)))
  await play(sampler, { ...given, intervals, x: Object.freeze(given.x) })
  require(sameBits(before, given.x.data), () => 'it wrote into the x that it was given')
  return 'untouched'
}

export async function noMathRandom(sampler: Sampler, settings: Partial<Scene>): Promise<string> {
  await withoutMathRandom(() => play(sampler, scene(settings)))
  return 'never'
}

/** `return()` ends it at the next yield; a schedule may also be entered midway. */
export async function stops(sampler: Sampler, settings: Partial<Scene>): Promise<string> {
  const steps = start(sampler, scene(settings))
  await steps.next()
  const { done } = await steps.return(scene(settings).x)
  require(done === true && (await steps.next()).done === true, () => 'it goes on after return()')
  return 'ended by return()'
}

export async function entersMidway(sampler: Sampler, settings: Partial<Scene>): Promise<string> {
  const given = scene(settings)
  const skip = Math.floor((given.intervals ?? chain(given.grid.levels)).length / 2)
  const { x } = await finish(start(sampler, { ...given, skip }))
  require(x.data.every(Number.isFinite), () => 'the result is not finite')
  return `from step ${skip}`
}
