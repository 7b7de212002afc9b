import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Option, type Command } from 'commander'
import { fingerprint } from '../../server/core/canonical.js'
import type { DeviceChoice, Order } from '../../server/core/order.js'
import type { Measured, Recommendation } from '../../server/core/recommend.js'
import { UsageError } from '../errors.js'
import { folderJournal, readJson } from '../folder-journal.js'
import { real, whole } from '../options.js'
import { write } from '../output.js'
import { progressView } from '../progress.js'
import { runShown, silent, withInterrupt } from '../run.js'
import { bold, columns, dim } from '../style.js'
import { openTerminal, type Terminal } from '../terminal.js'

interface RecommendOptions { calls?: number; ms?: number; stochastic?: boolean; model?: string; prompt?: string; guidance?: number; device?: DeviceChoice; threads?: number; again?: true; json?: true }

type Advice = Recommendation & { readonly device: string }

export default (program: Command) => program.command('recommend')
  .description('which sampler to take, measured on the model')
  .option('--calls <N>', 'network calls that a picture may cost', whole(1, 1000))
  .option('--ms <N>', 'milliseconds that a picture may take here, decoding not counted', real(0, 600_000))
  .option('--stochastic', 'only samplers that draw noise on their way')
  .option('--no-stochastic', 'only samplers that do not')
  .option('--model <NAME>', 'a model (noisegraph models lists them), or a path to a folder')
  .option('--prompt <TEXT>', 'what the measured pictures show; something simple if left out')
  .option('--guidance <G>', "how closely they follow it; the model's default if left out", real(0, 100))
  .addOption(new Option('--device <DEVICE>', 'where to run').choices(['auto', 'cuda', 'cpu', 'wasm']))
  .option('--threads <N>', 'threads to run on', whole(1, 1024))
  .option('--again', 'measure anew, also what was measured before')
  .option('--json', 'print one JSON object instead of a table')
  .action(async (options: RecommendOptions) => {
    const { calls, ms, stochastic, guidance, json } = options
    if ((calls === undefined) === (ms === undefined)) throw new UsageError('Say what a picture may cost: either --calls N (network calls) or --ms N (milliseconds).')
    await using terminal = await openTerminal(options)
    const order = await terminal.measurement({ model: options.model, networkCalls: calls, milliseconds: ms, stochastic, prompt: options.prompt, guidanceScale: guidance, device: options.device })
    const advice = await measured(order, terminal, options)
    console.log(json ? JSON.stringify({ model: order.model, ...advice }, null, 2) : tableOf(order, advice))
  })

/** What was measured before on the same files, device and request; else it is measured, and goes on where an earlier attempt ended. */
async function measured(order: Order, { data, models, devices, generate }: Terminal, { again, json, threads }: RecommendOptions): Promise<Advice> {
  const { device } = await devices.provider(order.device)
  const place = join(data, 'advice', fingerprint({ order, files: (await models.get(order.model)).stamp, device, threads }))
  const [kept, runs] = [`${place}.json`, `${place}.runs`]
  if (again) for (const path of [kept, runs]) await rm(path, { recursive: true, force: true })
  const known = await readJson<Advice>(kept)
  if (known) return known
  await mkdir(runs, { recursive: true })
  const [file] = await withInterrupt(signal => runShown(generate(order, signal, folderJournal(runs)), json ? silent : progressView()))
  await write(kept, file!.bytes)
  await rm(runs, { recursive: true })
  return JSON.parse(Buffer.from(file!.bytes).toString()) as Advice
}

/** A sampler that blows up is merely far away. */
const percent = (distance: number) => (distance > 10 ? '>1000%' : `${(100 * distance).toFixed(1)}%`)

/** Best first, numbers under one another. */
export function tableOf({ model, measure }: Order, { device, best, table, networkCalls, millisecondsPerCall, referenceSteps, refused }: Advice): string {
  const line = (r: Measured) => [r.sampler, r.schedule ?? "model's own", String(r.steps), String(r.networkCalls), r.milliseconds.toFixed(0), percent(r.distance), r.stochastic ? 'itself' : 'heun']
  const head = ['sampler', 'schedule', 'steps', 'calls', 'ms', 'distance', `from ${referenceSteps} steps of`]
  const rows = [head, ...table.map(line)]
  const right = [2, 3, 4, 5].map(c => [c, Math.max(...rows.map(r => r[c]!.length))] as const)
  for (const [c, width] of right) for (const row of rows) row[c] = row[c]!.padStart(width)
  const budget = measure && 'milliseconds' in measure.budget ? `${measure.budget.milliseconds} ms, ${networkCalls} network calls` : `${networkCalls} network calls`
  return [
    `${bold(`${best.sampler}, ${best.steps} steps${best.schedule ? `, schedule ${best.schedule}` : ''}`)}  ${dim(`${model} on ${device} within ${budget}, ${millisecondsPerCall.toPrecision(3)} ms each`)}`,
    '', columns([rows[0]!.map(dim), ...rows.slice(1)]), ...(refused.length ? ['', dim(refused.join('\n'))] : []),
    ...(new Set(table.map(r => r.stochastic)).size > 1 ? ['', dim('Distances from heun and from the sampler itself say different things: compare like with like.')] : []),
  ].join('\n')
}
