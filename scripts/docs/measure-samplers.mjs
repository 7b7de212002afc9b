/**
 * Measures every sampler on distributions whose score is known exactly and writes docs/samplers/run.json and the pictures beside it.
 * The page docs/samplers.md is made from that run by scripts/generate/60-samplers.mjs.
 *   npm run docs:samplers [-- --pictures]   the pictures alone, or all of it
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { samplePicture, trajectoryPicture } from './pictures.mjs'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
const load = path => import(pathToFileURL(join(root, 'dist', path)).href)
const { chain, level, mix, parseOptions } = await load('plugins/sdk/index.js')
const { convergence, exact, checkerboard, mixture64, moments, ring, slicedWasserstein, uniforms } = await load('plugins/sdk/conformance/index.js')
const { karras } = await load('server/core/schedules/karras.js')
const { withPresets } = await load('server/core/registry.js')

const POINTS = 1500
const BUDGETS = [4, 6, 8, 10, 15, 20, 50]
const [SIGMA_MIN, SIGMA_MAX] = [0.02, 20]
const distributions = { ring: ring(), checkerboard: checkerboard(), mixture64: mixture64() }
/** Those shown in the pictures. */
const shown = ['euler', 'heun', 'dpmpp-2m', 'unipc', 'ipndm', 'deis-tab', 'euler-ancestral', 'dpmpp-2m-sde', 'er-sde']

const files = readdirSync(join(root, 'dist/plugins/samplers')).filter(f => /(?<!\.test)\.js$/.test(f))
const samplers = (await Promise.all(files.map(f => load(`plugins/samplers/${f}`)))).flatMap(m => withPresets(m.default))
const defaults = Object.fromEntries(samplers.map(s => [s.name, Object.fromEntries(Object.entries(s.options).filter(([, o]) => o.default !== undefined).map(([k, o]) => [k, o.default]))]))
/** Why a sampler is not measured, where it is not. */
const reason = s => s.ownSchedule ? `it walks a schedule of its own: ${s.ownSchedule}`
  : s.distilled ? 'it is made for distilled networks'
  : s.needsUnconditional?.(defaults[s.name]) ? 'it differs from its plain form only where there is guidance' : undefined
const measured = samplers.filter(s => !reason(s))

const grid = n => [...karras(SIGMA_MAX, SIGMA_MIN, n), 0].map(s => level(s, s))
const space = { level: where => ('lambda' in where ? level(Math.exp(-where.lambda), Math.exp(-where.lambda)) : level(where.sigma ?? where.t, where.sigma ?? where.t)) }

/** Normal draws in call order, as many as the points need. */
function normals(seed) {
  const uniform = uniforms(seed)
  return shape => ({ shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())) })
}

async function run(sampler, distribution, steps, count = POINTS, seed = 1) {
  const draw = normals(seed)
  const x = mix([SIGMA_MAX, draw([count, distribution.dimension])])
  let calls = 0
  const model = exact(distribution)
  const walk = sampler.sample({
    ...space, x, intervals: chain(grid(steps)), skipped: [], noise: (_from, _to, shape = x.shape) => draw(shape),
    read: model.read, denoise: (y, at) => { calls++; return model.denoise(y, at) },
  }, parseOptions(sampler.name, sampler.options))
  const states = []
  for (;;) {
    const step = await walk.next()
    if (step.done) return { x: step.value, calls, states: [...states, { x: step.value, sigma: 0 }] }
    states.push({ x: step.value.x, sigma: step.value.level.sigma, denoised: step.value.denoised })
  }
}

/** Network calls by number of steps. */
const callsOf = new Map()

/** As many steps as the network calls allow; undefined where even one step takes more. */
async function stepsWithin(sampler, budget) {
  if (!callsOf.has(sampler.name)) {
    const calls = []
    for (let steps = 1; steps <= BUDGETS.at(-1); steps++) calls.push({ steps, calls: (await run(sampler, distributions.ring, steps, 1)).calls })
    callsOf.set(sampler.name, calls)
  }
  return callsOf.get(sampler.name).findLast(({ calls }) => calls <= budget)
}

const round = v => Number(v.toPrecision(3))
const all = !process.argv.includes('--pictures')
const distances = {}
for (const sampler of all ? measured : []) {
  const adaptive = sampler.name === 'dpm-adaptive'
  const rows = {}
  for (const [key, distribution] of Object.entries(distributions)) {
    const truth = distribution.draw(POINTS, uniforms(7))
    rows[key] = []
    for (const budget of BUDGETS) {
      const found = adaptive ? (budget === BUDGETS.at(-1) ? { steps: 10 } : null) : await stepsWithin(sampler, budget)
      if (!found) { rows[key].push(null); continue }
      const { x, calls } = await run(sampler, distribution, found.steps)
      rows[key].push({ calls, steps: found.steps, distance: round(slicedWasserstein(x, truth)) })
    }
  }
  distances[sampler.name] = rows
  console.log(sampler.name, rows.ring.map(r => r?.distance ?? '-').join(' '))
}
const floor = Object.fromEntries(Object.entries(distributions).map(([key, d]) => [key, round(slicedWasserstein(d.draw(POINTS, uniforms(8)), d.draw(POINTS, uniforms(7))))]))

const orders = {}
const spread = {}
for (const sampler of all ? measured : []) {
  const { name } = sampler
  for (const where of ['exploding', 'preserving', 'straight']) {
    if (sampler.order === 'sde') {
      const { mean, deviation, wanted } = await moments(sampler, where, 100)
      ;(spread[name] ??= {})[where] = { mean: round(mean), deviation: round(deviation), wanted: { mean: round(wanted.mean), deviation: round(wanted.deviation) } }
    } else {
      const { order, errors } = await convergence(sampler, where)
      ;(orders[name] ??= {})[where] = { order: Number.isFinite(order) ? round(order) : null, error: round(errors.at(-1)) }
    }
  }
}

const folder = join(root, 'docs/samplers')
mkdirSync(folder, { recursive: true })
const picked = shown.map(name => measured.find(v => v.name === name)).filter(v => v)
const panels = []
for (const variant of picked) for (const budget of [6, 10, 20]) {
  const { steps } = await stepsWithin(variant, budget)
  panels.push({ title: `${variant.name}, ${budget} calls`, x: (await run(variant, distributions.ring, steps, 130)).x })
}
writeFileSync(join(folder, 'samples.svg'), samplePicture(panels, 3, distributions.ring.draw(130, uniforms(3))))
const paths = []
for (const variant of picked) {
  const { steps } = await stepsWithin(variant, 10)
  paths.push({ title: `${variant.name}, 10 calls`, states: (await run(variant, distributions.ring, steps, 14)).states })
}
writeFileSync(join(folder, 'trajectories.svg'), trajectoryPicture(paths, 3, distributions.ring.draw(160, uniforms(3))))

if (!all) process.exit(0)
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
writeFileSync(join(folder, 'run.json'), `${JSON.stringify({
  version, date: new Date().toISOString().slice(0, 10), node: process.version, cpu: cpus()[0]?.model, points: POINTS, budgets: BUDGETS, sigmas: [SIGMA_MIN, SIGMA_MAX],
  floor, distances, orders, moments: spread, left: Object.fromEntries(samplers.filter(reason).map(s => [s.name, reason(s)])),
}).replaceAll(/("[a-z0-9-]+":\{"ring|"(?:floor|distances|orders|moments|left)")/g, '\n$1')}\n`)
