import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Argument, Option, type Command } from 'commander'
import type { DeviceChoice } from '../../server/core/order.js'
import { UsageError, status } from '../errors.js'
import { bold, columns, dim, green, red } from '../style.js'
import { suites, type Case, type Report } from '../suites.js'

interface ConformanceOptions { readonly device: DeviceChoice; readonly threads?: number; readonly json?: true }

export default (program: Command) => program.command('conformance')
  .description('compare with recorded results; fails where one differs by more than its tolerance')
  .addArgument(new Argument('<suite>', 'what to compare').choices(Object.keys(suites)))
  .argument('<dir>', 'folder with the recorded cases, or one file of them (onnx: .tar.gz, tokenizer: .json)')
  .addOption(new Option('--device <DEVICE>', 'where networks run').choices(['auto', 'cuda', 'cpu', 'wasm']).default('auto'))
  .option('--json', 'print one JSON object instead of words')
  .action(async (name: string, dir: string, { device, json }: ConformanceOptions) => {
    const folder = resolve(dir)
    if (!existsSync(folder)) throw new UsageError(`There is no ${folder}.`)
    const report = await suites[name]!(folder, device)
    if (!report.cases.length) throw new UsageError(`${folder} holds no cases of "${name}".`)
    if (json) console.log(JSON.stringify({ passed: report.passed, failed: report.failed, skipped: report.skipped, cases: report.cases.map(row) }))
    else say(report)
    if (report.failed) process.exitCode = status.failed
  })

/** The fields in one order, null where there is nothing to say. JSON has no NaN and no Infinity: those are said as text. */
const row = ({ id, status, error, tolerance, reason }: Case) => ({ id, status, error: finite(error), tolerance: finite(tolerance), reason: reason ?? null })
const finite = (value: number | null | undefined) => (value == null ? null : Number.isFinite(value) ? value : String(value))

function say({ passed, failed, skipped, cases }: Report) {
  const broken = cases.filter(c => c.status === 'failed')
  for (const c of broken.slice(0, 20)) console.log(`${red('failed')}  ${c.id}  ${c.reason ?? `error ${measure(c.error)} above ${measure(c.tolerance)}`}`)
  if (broken.length > 20) console.log(dim(`... and ${broken.length - 20} more (--json lists all)`))
  const share = (c: Case) => c.error! / c.tolerance!
  const close = cases.filter(c => c.status === 'passed' && c.error != null && c.tolerance).sort((a, b) => share(b) - share(a)).slice(0, 5)
  if (close.length) console.log(`${bold('nearest to their tolerance')}\n${columns(close.map(c => ['', `${(100 * share(c)).toFixed(1)}%`, measure(c.error), c.id]))}`)
  if (skipped) console.log(`${bold('skipped')}\n${columns(reasons(cases).slice(0, 15).map(([reason, n]) => ['', String(n), reason]))}`)
  console.log(`${green(`${passed} passed`)}, ${failed ? red(`${failed} failed`) : '0 failed'}, ${skipped} skipped`)
}

/** Why cases were skipped, the most frequent reason first; what only names a place in one case is left out. */
function reasons(cases: readonly Case[]): [reason: string, count: number][] {
  const counts = new Map<string, number>()
  for (const c of cases) if (c.status === 'skipped') {
    const reason = (c.reason ?? 'no reason given').replace(/ in "[^"]*"(,\s*"[^"]*")*/g, '').slice(0, 160)
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1])
}

const measure = (value: number | null | undefined) => (value == null ? '-' : value.toPrecision(3))
