import { existsSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Command } from 'commander'
import { describe } from '../../server/sessions/feeds.js'
import { readOnnxHeader, type OnnxHeader } from '../../server/sessions/onnx-header.js'
import { bold, bytes, columns, dim } from '../style.js'
import { UsageError } from '../errors.js'
import { shapes } from '../options.js'
import { fits, planOf } from '../plan.js'
import { openTerminal } from '../terminal.js'

export default (program: Command) => program.command('inspect')
  .description('what a model is made of: networks, their inputs and outputs, operators, weights')
  .argument('<model>', 'a model, a path to its folder, or an .onnx file')
  .option('--plan', "the WASM engine's plan: what each pass left, every step with its place in memory, its kernels and their tiles")
  .option('--shape <input=AxBxC>', 'with --plan: the shape of an input, such as sample=1x4x64x64; repeat for more', shapes)
  .option('--json', 'as JSON')
  .action(async (model: string, { json, plan, shape }: { json?: true; plan?: true; shape?: Record<string, number[]> }) => {
    const networks = /\.onnx$/i.test(model) && existsSync(model) ? [{ name: model, className: '', bytes: statSync(model).size, file: model, header: readOnnxHeader(model) }] : await partsOf(model)
    if (plan) {
      const inputs = networks.flatMap(n => n.header.inputs)
      for (const [name, axes] of Object.entries(shape ?? {})) if (!inputs.some(i => i.name === name && fits(i.shape, axes))) {
        throw new UsageError(`No input "${name}" takes [${axes.join(', ')}]; there are ${inputs.map(describe).join('; ')}.`)
      }
      for (const { name, file } of networks) console.log(`${bold(name)}\n${await planOf(file, shape)}`)
      return
    }
    if (json) return console.log(JSON.stringify(networks.map(({ name, className, bytes, header }) => ({ name, className, bytes, ...header })), null, 2))
    for (const { name, className, bytes: size, header } of networks) console.log(`${bold(name)} ${dim(className)}\n${columns(rows(header, size))}\n`)
  })

async function partsOf(model: string) {
  await using terminal = await openTerminal({ model })
  return [...terminal.models.folder(basename(model)).parts.values()]
}

const rows = ({ inputs, outputs, opset, operators, parameters, weightBytes, weightTypes }: OnnxHeader, size: number): string[][] => [
  ...inputs.map((port, i) => [i ? '' : '  takes', describe(port)]),
  ...outputs.map((port, i) => [i ? '' : '  gives', describe(port)]),
  ['  weights', `${parameters.toLocaleString('en')} parameters in ${weightTypes.join(', ') || 'no type'}, ${bytes(weightBytes)}; ${bytes(size)} on disk`],
  ['  operators', `opset ${opset}: ${Object.entries(operators).sort((a, b) => b[1] - a[1]).map(([name, n]) => `${name} ${n}`).join(', ')}`],
]
