/** docs/samplers.md: what there is, from the plugins and schedules themselves; which to take, from the committed run docs/samplers/run.json. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { allowedValues, defaultValue, escape, table } from '../docs/markdown.mjs'
import { explanations, faults } from '../docs/sampler-notes.mjs'

const titles = { ring: 'Ring of eight Gaussians (2-D)', checkerboard: 'Checkerboard (2-D)', mixture64: 'Mixture of ten Gaussians (64-D)' }
const spaces = { exploding: 'Karras', preserving: 'variance preserving', straight: 'flow' }

export default async function generate(root) {
  const load = path => import(pathToFileURL(join(root, 'dist', path)).href)
  const { withPresets } = await load('server/core/registry.js')
  const { schedules } = await load('server/core/schedules/index.js')
  const files = readdirSync(join(root, 'dist/plugins/samplers')).filter(f => /(?<!\.test)\.js$/.test(f)).sort()
  const samplers = (await Promise.all(files.map(f => load(`plugins/samplers/${f}`)))).map(m => m.default)
  const variants = samplers.flatMap(s => withPresets(s))
  const run = JSON.parse(readFileSync(join(root, 'docs/samplers/run.json'), 'utf8'))
  const known = new Set(variants.map(v => v.name))
  const names = Object.keys(run.distances).filter(n => known.has(n))
  return {
    'docs/samplers.md': [
      '# Samplers and schedules', '',
      'This page is generated: lists and options from the code, figures from the run in [samplers/run.json](samplers/run.json)',
      `(${run.date}, Node ${run.node.slice(1)}, ${run.cpu}). \`npm run docs:samplers\` makes the run again.`, '',
      '## Which one?', '', ...whichOne(run, names, variants), '',
      '## What was measured', '', ...method(run), '',
      ...Object.keys(titles).flatMap(key => [`### ${titles[key]}`, '', ...distances(run, names, key, variants), '']),
      'Samples (blue) of the ring (grey) at 6, 10 and 20 network calls:', '', '![Samples](samplers/samples.svg)', '',
      'Ways of fourteen points at 10 network calls, x scaled to the spread of its level:', '', '![Trajectories](samplers/trajectories.svg)', '',
      '## Why it comes out so', '', ...explanations, '',
      '## Order of convergence', '', ...orders(run, variants), '',
      '## Mean and spread of the stochastic ones', '', ...moments(run), '',
      'Not measured:', '', ...Object.entries(run.left).filter(([n]) => known.has(n)).map(([name, why]) => `- \`${name}\`: ${why.replace(/\.$/, '')}.`), '',
      '## Where the originals are wrong', '', ...faults, '',
      '## All samplers', '', ...samplers.flatMap(describe),
      '## All schedules', '', ...schedules.flatMap(describe),
    ].join('\n'),
  }
}

const kind = (name, variants) => (variants.find(v => v.name === name).order === 'sde' ? 'stochastic' : 'deterministic')

/** Mean over the distributions of the distance above the best of that budget, in logarithms; lower is better. */
function score(run, name, i) {
  const logs = Object.keys(titles).map(key => {
    const best = Math.min(...Object.values(run.distances).map(rows => rows[key][i]?.distance ?? Infinity))
    const own = run.distances[name][key][i]
    return own ? Math.log(own.distance / best) : Infinity
  })
  return logs.reduce((a, b) => a + b) / logs.length
}

function whichOne(run, names, variants) {
  const best = (i, wanted) => {
    const sorted = names.filter(n => kind(n, variants) === wanted && !same(n, names, run)).map(n => ({ n, s: score(run, n, i) })).filter(x => Number.isFinite(x.s)).sort((a, b) => a.s - b.s)
    const level = sorted.filter(x => x.s < sorted[0].s + 0.05).length
    return sorted.slice(0, 3).map(x => `\`${x.n}\``).join(', ') + (level > 3 ? `; ${level - 3} more are within 5 percent` : '')
  }
  return [
    ...table(['network calls', 'deterministic: best three', 'stochastic: best three'], run.budgets.map((b, i) => [b, best(i, 'deterministic'), best(i, 'stochastic')])), '',
    'By mean distance over the three distributions below, on exact models. A network has errors of its own, which a stochastic sampler forgets and a deterministic one keeps:',
    'from 30 calls on a stochastic one may look better than its figure here. `recommendSampler` measures on the model itself.', '',
    '| you want | take |', '| --- | --- |',
    '| the same picture from the same seed at any number of steps | a deterministic one |',
    '| nothing to think about, 15 to 30 calls | `dpmpp-2m` or `unipc`, with the schedule `karras` (or the model\'s own) |',
    '| as few calls as possible, 6 to 10 | `deis-tab` or `ipndm`, then `unipc`; compare on your model |',
    '| variety, or repair of small flaws, 25 calls and more | `dpmpp-2m-sde`, `er-sde`, `euler-ancestral` |',
    '| strong guidance without burnt colours | a CFG++ one: `euler-cfg-pp`, `dpmpp-2m-cfg-pp` |',
    '| a model trained with cosine betas or to pure noise | its own spacing, `trailing`, or `karras` with `sigmaMax` 80: its largest sigma is in the thousands, where `karras` would spend most steps and two-call methods overshoot |',
    '| a model distilled to 1 to 8 steps | what it was made for: `lcm`, `tcd`, or `euler` with `sgm-uniform` or `sd-turbo` |',
  ]
}

/** A preset whose figures are those of an earlier name in every place is not listed twice. */
function same(name, names, run) {
  const figures = n => JSON.stringify(run.distances[n])
  return names.slice(0, names.indexOf(name)).some(n => figures(n) === figures(name)) && !['dpmpp-2m'].includes(name) || name === 'dpm-multistep'
}

const method = run => [
  `Every sampler ran on models whose score is known in closed form, on the schedule \`karras\` from sigma ${run.sigmas[1]} to ${run.sigmas[0]} and then 0, with as many steps as the network calls allow.`,
  `The figure is the sliced Wasserstein distance (order 2, 64 directions) between ${run.points} of its points and ${run.points} of the distribution itself. Two draws of the distribution are apart by`,
  `${Object.entries(run.floor).map(([key, v]) => `${v} (${key})`).join(', ')}: what is near that is as good as can be seen. Bold are the three best of a column.`,
]

function distances(run, names, key, variants) {
  const shown = names.filter(n => !same(n, names, run))
  const columns = run.budgets.map((_, i) => shown.map(n => run.distances[n][key][i]?.distance ?? Infinity).sort((a, b) => a - b)[2])
  const cell = (entry, i) => (!entry ? '' : entry.distance <= columns[i] ? `**${entry.distance}**` : String(entry.distance))
  const adaptive = n => run.distances[n][key].slice(0, -1).every(e => !e)
  return table(['sampler', '', ...run.budgets.map(b => `${b} calls`)],
    shown.map(n => [`\`${n}\`${adaptive(n) ? ` (${run.distances[n][key].at(-1).calls} calls, its own choice)` : ''}`, kind(n, variants) === 'stochastic' ? 'sde' : '', ...run.distances[n][key].map(cell)]))
}

function orders(run, variants) {
  const rows = Object.entries(run.orders).filter(([n]) => n !== 'dpm-adaptive' && variants.some(v => v.name === n)).map(([name, found]) => {
    const declared = variants.find(v => v.name === name).order
    return [`\`${name}\``, declared, ...Object.keys(spaces).map(s => (found[s].order === null ? `below rounding` : `${found[s].order} (${found[s].error})`))]
  })
  return [
    'Largest error against the exact flow of a one-dimensional mixture, levels even in log(alpha / sigma), as the steps double from 20 to 80: its order, and in brackets the error at 80 steps.', '',
    ...table(['sampler', 'declared', ...Object.values(spaces)], rows), '',
    'A multistep method has a little less than its order while its first steps of lower order still show; `unipc` has a little more, since its corrector cancels part of the error.',
    '`dpm-adaptive` chooses its own steps: its error follows its tolerance (`rtol`, `atol`), not the number of steps. `dpm-fast` has a last step of lower order, whose kind changes with the number of calls.',
    '`unipc-bh1` and `unipc-bh2` have order 3 inside, but their last step is of first order (`lowerOrderFinal`), which bounds the whole at 2. The weights of even steps bound `ipndm` at 2: the steps of a smooth schedule become even only as there are more of them.',
  ]
}

const moments = run => [
  'Of a normal distribution, at 100 steps, without sampling error (a linear model shows the weight of every draw); wanted in brackets.',
  '`ddpm`, `euler-ancestral` and `dpm-sde` are of first order: three percent at 100 steps, which halve when the steps double.', '',
  ...table(['sampler', ...Object.values(spaces).flatMap(s => [`${s}: mean`, 'deviation'])],
    Object.entries(run.moments).map(([name, found]) => [`\`${name}\``, ...Object.keys(spaces).flatMap(s => [`${found[s].mean} (${found[s].wanted.mean})`, `${found[s].deviation} (${found[s].wanted.deviation})`])])),
]

function describe(plugin) {
  const options = Object.entries(plugin.options)
  const presets = Object.entries(plugin.presets ?? {})
  return [
    `### \`${plugin.name}\``, '', plugin.summary, '',
    ...(plugin.cites ? [`Source: ${plugin.cites}.`, ''] : []),
    ...(plugin.aliases?.length ? [`Also found as: ${plugin.aliases.join(', ')}.`, ''] : []),
    ...(plugin.ownSchedule ? [`Only on its own schedule: ${plugin.ownSchedule}`, ''] : []),
    ...(plugin.space && plugin.grid ? [`For ${plugin.space === 'flow' ? 'flow' : 'variance-preserving and Karras'} models only.`, ''] : []),
    ...(options.length ? [...table(['option', 'takes', 'default', ''], options.map(([name, o]) => [`\`${name}\``, allowedValues(o), defaultValue(o), escape(o.about)])), ''] : []),
    ...presets.flatMap(([name, p]) => [`- \`${name}\`${p.aliases?.length ? ` (${p.aliases.join(', ')})` : ''}: ${p.summary} Sets ${Object.entries(p.options).map(([k, v]) => `${k} = ${v}`).join(', ') || 'nothing'}.`]),
    ...(presets.length ? [''] : []),
  ]
}
