import { existsSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Command } from 'commander'
import type { MemoryReport, ModelReport, NetworkReport } from '../../server/core/services.js'
import { inspectNetwork } from '../../server/models/inspect.js'
import { describe } from '../../server/sessions/feeds.js'
import { readOnnxHeader } from '../../server/sessions/onnx-header.js'
import { bold, bytes, columns, dim, green, red } from '../style.js'
import { UsageError } from '../errors.js'
import { shapes } from '../options.js'
import { fits, planOf } from '../plan.js'
import { openTerminal } from '../terminal.js'

interface InspectOptions { readonly json?: true; readonly plan?: true; readonly shape?: Record<string, number[]> }

/** `noisegraph inspect`, and the same as `noisegraph models inspect`. */
export default (program: Command) => program.command('inspect')
  .description('what a model is made of, what it is asked with, what it takes in memory, and where it runs')
  .argument('<model>', 'a model, a path to its folder, or an .onnx file')
  .option('--plan', "the WASM engine's plan: what each pass left, every step with its place in memory, its kernels and their tiles")
  .option('--shape <input=AxBxC>', 'with --plan: the shape of an input, such as sample=1x4x64x64; repeat for more', shapes)
  .option('--json', 'as JSON')
  .action(async (model: string, { json, plan, shape }: InspectOptions) => {
    const file = /\.onnx$/i.test(model) && existsSync(model)
    if (plan) return showPlan(file ? [{ name: model, file: model, header: readOnnxHeader(model) }] : await partsOf(model), shape)
    if (file) {
      const network = await inspectNetwork({ name: model, className: '', file: model, bytes: statSync(model).size, header: readOnnxHeader(model) })
      return console.log(json ? JSON.stringify(network, null, 2) : show(network))
    }
    await using terminal = await openTerminal({ model })
    const report = await terminal.models.inspect(basename(model))
    if (json) return console.log(JSON.stringify(report, null, 2))
    console.log([heading(report), ...report.networks.map(show), memory(report.memory)].join('\n\n'))
  })

async function partsOf(model: string) {
  await using terminal = await openTerminal({ model })
  return [...terminal.models.folder(basename(model)).parts.values()]
}

type Planned = Awaited<ReturnType<typeof partsOf>>[number]
async function showPlan(networks: readonly Pick<Planned, 'name' | 'file' | 'header'>[], shape: Record<string, number[]> = {}): Promise<void> {
  const inputs = networks.flatMap(n => n.header.inputs)
  for (const [name, axes] of Object.entries(shape)) if (!inputs.some(i => i.name === name && fits(i.shape, axes))) {
    throw new UsageError(`No input "${name}" takes [${axes.join(', ')}]; there are ${inputs.map(describe).join('; ')}.`)
  }
  for (const { name, file } of networks) console.log(`${bold(name)}\n${await planOf(file, shape)}`)
}

const heading = ({ name, family, pipeline, scheduler, makes, width, height, takes, needs }: ModelReport) => `${bold(name)}  ${family}\n${columns([
  ['  pipeline', `${pipeline} with ${scheduler}`],
  ['  makes', makes === 'picture' || makes === 'video' ? `${makes}s of ${width} x ${height}` : makes],
  ['  asked with', takes.map(t => (needs.includes(t) ? `${t} (needed)` : t)).join(', ') || 'nothing'],
])}`

const show = ({ name, className, bytes: size, opset, operators, parameters, weightBytes, weightTypes, inputs, outputs, missingInWasm }: NetworkReport) => `${bold(name)} ${dim(className)}\n${columns([
  ...inputs.map((port, i) => [i ? '' : '  takes', port]),
  ...outputs.map((port, i) => [i ? '' : '  gives', port]),
  ['  weights', `${parameters.toLocaleString('en')} parameters in ${weightTypes.join(', ') || 'no type'}, ${bytes(weightBytes)}; ${bytes(size)} on disk`],
  ['  operators', `opset ${opset}: ${operators.map(({ operator, count }) => `${operator} ${count}`).join(', ')}`],
  ['  WASM engine', missingInWasm.length ? red(missingInWasm.map(m => `lacks ${m.operator} (opset ${m.opset}), which ${m.nodes.join(', ')} need${m.nodes.length === 1 ? 's' : ''}`).join('; ')) : green('has all operators')],
])}`

const memory = (rows: readonly MemoryReport[]) => `${bold('memory')} ${dim('for one picture of the usual size, with guidance')}\n${columns(rows.map(({ device, precision, stored, weights, activations, total }) => [
  `  ${device}`, precision, `${bytes(total)}${dim(`  weights ${bytes(weights)}${activations === null ? '' : `, activations ${bytes(activations)}`}${stored ? '; as it is stored' : ''}`)}`,
]))}`
