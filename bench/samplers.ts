/** The arithmetic of samplers on a latent of 1x4x64x64, milliseconds a step, beside a network and a noise source that cost nothing: [name ...] --json. */
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { parseArgs, promisify } from 'node:util'
import { columns } from '../cli/style.js'
import type { Sampler, Tensor } from '../plugins/sdk/index.js'
import { denoiser } from '../server/core/denoiser.js'
import { NoisegraphError } from '../server/core/errors.js'
import { planRun, type Plan } from '../server/core/plan.js'
import { withPresets } from '../server/core/registry.js'

const shape = [1, 4, 64, 64]
const steps = 25
const model = { _class_name: 'PNDMScheduler', beta_schedule: 'scaled_linear', beta_start: 0.00085, beta_end: 0.012, skip_prk_steps: true, steps_offset: 1 }
const wave = (phase: number): Tensor => ({ shape, data: Float32Array.from({ length: 4 * 64 * 64 }, (_, i) => Math.sin(phase + 12.9898 * i)) })
const [latent, answer, fresh] = [wave(1), wave(2), wave(3)]

export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals: names } = parseArgs({ args: [...args], allowPositionals: true, options: { json: { type: 'boolean' } } })
  const samplers = await load()
  const result: Record<string, Measure> = {}
  for (const { name, options } of samplers.flatMap(withPresets).filter(s => names.length === 0 || names.includes(s.name))) {
    const plan = planned(name, options, samplers)
    if (plan) result[name] = await measured(plan)
  }
  const python = await pythons()
  if (values.json) return console.log(JSON.stringify({ ...result, python }))
  const rows = Object.entries(result).map(([name, m]) => [name, ...[m.median, m.fastest, m.megabytes, m.networkCalls].map(v => v.toFixed(3))])
  console.log(columns([['sampler', 'median ms', 'fastest ms', 'MB', 'calls'], ...rows]))
  console.log(columns(Object.entries(python).map(([name, value]) => [`python diffusers ${name}`, String(value)])))
}

interface Measure { readonly median: number; readonly fastest: number; readonly megabytes: number; readonly networkCalls: number }

/** Nothing where the sampler does not run on such a model. */
function planned(name: string, options: Sampler['options'], samplers: readonly Sampler[]): Plan | undefined {
  const pictures = Object.fromEntries(Object.entries(options).filter(([, o]) => o.kind === 'image').map(([key]) => [key, latent]))
  try {
    return planRun({ scheduler: model, sampler: { name, options: pictures }, steps }, { samplers })
  } catch (error) {
    if (error instanceof NoisegraphError && error.code === 'INCOMPATIBLE') return undefined
    throw error
  }
}

/** The median of 41 runs and the fastest of them, which other work on the machine disturbed least; memory of the tensors made. */
async function measured(plan: Plan): Promise<Measure> {
  const runs = []
  for (let i = 0; i < 66; i++) runs.push(await once(plan))
  const times = runs.slice(25).map(r => r.milliseconds).sort((a, b) => a - b)
  return { median: round(times[20]!), fastest: round(times[0]!), megabytes: round(Math.max(...runs.map(r => r.megabytes))), networkCalls: round(runs[0]!.calls) }
}
const round = (v: number) => Math.round(v * 1000) / 1000

async function once(plan: Plan) {
  let calls = 0
  const network = async () => { calls++; return { output: answer, unconditional: answer } }
  const [begun, before] = [performance.now(), process.memoryUsage().arrayBuffers]
  const run = plan.sampler.sample({ ...plan, x: latent, ...denoiser(network, plan.precondition, plan.limit), noise: () => fresh }, plan.options as never)
  let made = 0
  while (!(await run.next()).done) made++
  const megabytes = (process.memoryUsage().arrayBuffers - before) / made / 2 ** 20
  return { milliseconds: (performance.now() - begun) / made, calls: calls / made, megabytes }
}

async function load(): Promise<Sampler[]> {
  const folder = new URL('../plugins/samplers/', import.meta.url)
  const samplers: Sampler[] = []
  for (const file of readdirSync(folder).filter(name => name.endsWith('.js') && !name.endsWith('.test.js')))
    samplers.push(((await import(new URL(file, folder).href)) as { default: Sampler }).default)
  return samplers
}

/** The same step by diffusers in Python, where one with diffusers is installed. */
const script = `
import json, statistics, time, torch, diffusers
kw = dict(beta_schedule='scaled_linear', beta_start=0.00085, beta_end=0.012)
out = {}
for name, cls in [('ddim', 'DDIMScheduler'), ('euler', 'EulerDiscreteScheduler'), ('dpmpp-2m', 'DPMSolverMultistepScheduler'), ('unipc', 'UniPCMultistepScheduler')]:
    times = []
    for _ in range(11):
        s = getattr(diffusers, cls)(**kw); s.set_timesteps(${steps}); x = torch.randn(${shape.join(', ')}); e = torch.randn(${shape.join(', ')})
        begun = time.perf_counter()
        for t in s.timesteps: s.scale_model_input(x, t); x = s.step(e, t, x).prev_sample
        times.append((time.perf_counter() - begun) * 1000 / len(s.timesteps))
    out[name] = round(statistics.median(times), 3)
print(json.dumps(out))`

async function pythons(): Promise<Readonly<Record<string, unknown>>> {
  try {
    return JSON.parse((await promisify(execFile)('python3', ['-c', script], { timeout: 120_000 })).stdout) as Record<string, unknown>
  } catch (error) {
    return { '': `not measured: ${String((error as { stderr?: string }).stderr || error).trim().split('\n').at(-1)}` }
  }
}
