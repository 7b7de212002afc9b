import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readOnnxHeader } from '../sessions/onnx-header.js'
import { catalog } from './catalog.js'
import { inspectNetwork } from './inspect.js'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const folders = [join(root, 'models'), join(root, 'golden/models')].flatMap(f => readdirSync(f).map(name => join(f, name))).filter(f => existsSync(join(f, 'model_index.json')))

test.each(folders)('%s is explained', async folder => {
  const report = await catalog([dirname(folder)]).inspect(folder)
  expect(report.family.length).toBeGreaterThan(3)
  expect(report.needs.every(n => report.takes.includes(n))).toBe(true)
  for (const network of report.networks) {
    expect(network.inputs.length && network.outputs.length && network.opset).toBeGreaterThan(0)
    expect({ part: network.name, missing: network.missingInWasm }).toEqual({ part: network.name, missing: [] })
  }
  expect(report.memory.map(m => `${m.device} ${m.precision}`)).toHaveLength(9)
  for (const { weights, activations, total } of report.memory) expect(total).toBeGreaterThanOrEqual(weights + (activations ?? 0))
  expect(report.memory.filter(m => m.stored)).toHaveLength(3)
  // Residuals of a ControlNet have sizes that only its own network tells.
  if (['emoji64', 'ddpm', 'dit', 'pixart-alpha', 'sd3', 'flux', 'animatediff'].includes(report.name)) expect(report.memory.every(m => m.activations! > 0)).toBe(true)
})

test('operators that the engine lacks are named, with every node that needs them', async () => {
  const field = (number: number, bytes: readonly number[]) => [(number << 3) | 2, ...(bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7]), ...bytes]
  const text = (number: number, value: string) => field(number, [...Buffer.from(value)])
  const vector = (name: string) => [...text(1, name), ...field(2, field(1, [1 << 3, 1, ...field(2, field(1, [1 << 3, 1]))]))]
  const node = (from: string, to: string, name: string, op: string, domain = '') => field(1, [...text(1, from), ...text(2, to), ...text(3, name), ...text(4, op), ...(domain ? text(7, domain) : [])])
  const graph = [...node('x', 'a', 'first', 'Magic', 'com.example'), ...node('a', 'b', 'between', 'Relu'), ...node('b', 'y', 'second', 'Magic', 'com.example'), ...text(2, 'g'), ...field(11, vector('x')), ...field(12, vector('y'))]
  const folder = mkdtempSync(join(tmpdir(), 'noisegraph-inspect-'))
  const file = join(folder, 'model.onnx')
  writeFileSync(file, Uint8Array.from([1 << 3, 8, ...field(7, graph), ...field(8, [2 << 3, 13]), ...field(8, [...text(1, 'com.example'), 2 << 3, 1])]))
  const report = await inspectNetwork({ name: 'unet', className: '', file, bytes: 1, header: readOnnxHeader(file) })
  expect(report.missingInWasm).toEqual([{ operator: 'com.example.Magic', opset: 1, nodes: ['first', 'second'] }])
  rmSync(folder, { recursive: true })
})
