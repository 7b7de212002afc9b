import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { compare, type Cell } from '../server/core/compare.js'
import { fingerprint } from '../server/core/canonical.js'
import { NoisegraphError } from '../server/core/errors.js'
import { isStochastic } from '../server/core/measured-run.js'
import { planOrder } from '../server/core/order-plan.js'
import type { Order } from '../server/core/order.js'
import { readJson } from './folder-journal.js'
import { write } from './output.js'
import type { ProgressView } from './progress.js'
import { runShown } from './run.js'
import type { Terminal } from './terminal.js'

export interface Made { readonly png: Uint8Array; readonly milliseconds: number }
/** `problem` where the two values do not go together. */
export type Filled = Pick<Cell, 'row' | 'column' | 'labels'> & ({ readonly problem: string } | Made & { /** Root mean square over the pixels, 1 is from black to white. */ readonly distance: number; readonly file: string })

type Planned = Cell & ({ readonly problem: string } | { readonly reference: Cell })

/** Checks every cell before the first is made, and finds what each is to be compared with. Names and values that are wrong are thrown. */
export async function planCells(cells: readonly Cell[], terminal: Terminal, referenceSteps: number): Promise<readonly Planned[]> {
  const planned: Planned[] = []
  for (const cell of cells) {
    try {
      const order = await terminal.order(cell.order)
      planned.push({ ...cell, order, reference: { ...cell, labels: ['reference', `${referenceSteps} steps`], order: await referenceOf(order, terminal, referenceSteps) } })
    } catch (error) {
      if (!(error instanceof NoisegraphError && error.code === 'INCOMPATIBLE')) throw error
      planned.push({ ...cell, problem: error.message })
    }
  }
  return planned
}

/** Many steps from the same noise: of `heun`, or of the same sampler where that draws noise on its way. */
async function referenceOf(order: Order, { order: check, models, samplers, plugins }: Terminal, steps: number): Promise<Order> {
  const own = { ...order, steps }
  if (isStochastic(planOrder(order, await models.get(order.model), { samplers: samplers(), conditioners: plugins.conditioners() }))) return check(own)
  const heun = { ...own, sampler: { name: 'heun', options: {} } }
  for (const request of [{ ...heun, schedule: { name: 'karras', options: {} } }, { ...heun, schedule: null }]) try {
    return await check(request)
  } catch (error) {
    if (!(error instanceof NoisegraphError && error.code === 'INCOMPATIBLE')) throw error
  }
  return check(own)
}

/** Makes what is not in the folder yet. References come first: they warm the device up too. */
export async function* fillCells(planned: readonly Planned[], terminal: Terminal, folder: string, signal: AbortSignal, view: ProgressView): AsyncGenerator<{ readonly done: number; readonly total: number; readonly cell: Cell; readonly made: Made; readonly kept: boolean }, readonly Filled[]> {
  const keyOf = await keys(terminal)
  const possible = planned.flatMap(p => ('reference' in p ? [p] : []))
  const all = [...new Map([...possible.map(p => p.reference), ...possible].map(cell => [keyOf(cell.order), { ...cell, key: keyOf(cell.order) }])).values()]
  const results = new Map<string, Made>()
  await mkdir(folder, { recursive: true })
  const file = (key: string, ending: string) => join(folder, `${key}.${ending}`)
  for await (const { cell, value, kept } of compare(all, {
    make: ({ order }) => make(order, terminal, signal, view),
    async kept(key): Promise<Made | undefined> {
      const note = await readJson<{ milliseconds: number }>(file(key, 'json'))
      return note && { milliseconds: note.milliseconds, png: await readFile(file(key, 'png')) }
    },
    async keep(key, { png, milliseconds }) {
      // The note comes last: a cell counts once it is there.
      await write(file(key, 'png'), png)
      await write(file(key, 'json'), Buffer.from(JSON.stringify({ milliseconds })))
    },
  })) {
    results.set(cell.key, value)
    yield { done: results.size, total: all.length, cell, made: value, kept }
  }
  const filled: Filled[] = []
  for (const cell of planned) {
    const { row, column, labels } = cell
    if ('problem' in cell) { filled.push({ row, column, labels, problem: cell.problem }); continue }
    const made = results.get(keyOf(cell.order))!
    filled.push({ row, column, labels, ...made, distance: await distance(made.png, results.get(keyOf(cell.reference.order))!.png), file: file(keyOf(cell.order), 'png') })
  }
  return filled
}

/** The same order on other files or another device is another cell. */
async function keys({ models, devices }: Terminal) {
  const stamps = new Map((await models.list()).map(m => [m.name, m.stamp]))
  const chosen = (await devices.report()).find(d => d.chosen)?.device
  return (order: Order) => fingerprint({ order, files: stamps.get(order.model), device: order.device === 'auto' ? chosen : order.device }).slice(0, 24)
}

async function make(order: Order, terminal: Terminal, signal: AbortSignal, view: ProgressView): Promise<Made> {
  let [began, ended] = [0, 0]
  const [output] = await runShown(terminal.generate(order, signal), {
    show(it) {
      if (it.type === 'started') began = performance.now()
      if (it.type === 'decoding') ended = performance.now()
      view.show(it)
    },
    done: () => view.done(),
  })
  if (output?.mimeType !== 'image/png') throw new NoisegraphError('INCOMPATIBLE', `A grid is made of pictures, and the model "${order.model}" makes ${output?.mimeType ?? 'none'}.`, 'model')
  return { png: output.bytes, milliseconds: ended - began }
}

async function distance(a: Uint8Array, b: Uint8Array): Promise<number> {
  const [left, right] = [await pixels(a), await pixels(b)]
  let sum = 0
  for (let i = 0; i < left.length; i++) sum += (left[i]! - right[i]!) ** 2
  return Math.sqrt(sum / left.length) / 255
}
const pixels = (png: Uint8Array) => sharp(png).removeAlpha().toColourspace('srgb').raw().toBuffer()
