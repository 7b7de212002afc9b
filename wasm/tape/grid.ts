import { size, type Fact } from '../graph/value.js'
import { heldCode } from '../launches/held.js'
import { castLaunch } from '../ops/families/cast-kernels.js'
import { f32, u32, tiles, type Launch } from '../ops/op.js'
import { gridScales, isNibble } from '../passes/grid.js'
import { type Wanted } from '../passes/prepare.js'
import { panelBytes } from './batches.js'
import { launchesOf } from './emit.js'

/** Scales of a weight that is held as it is stored, in the order of its panels. */
export function scalesOf({ fact, packing }: Wanted): Float32Array {
  const { source, attrs } = packing!, k = fact.depth!
  if (fact.layout === 'panels') {
    const [rows, columns] = source.shape as [number, number], turned = attrs['transposed'] === 1
    return gridScales(source.grid!, fact.held!, k, turned ? rows : columns, 1, (row, column) => turned ? column * columns + row : row * columns + column)
  }
  // All values of a filter have one scale.
  const group = fact.layout === 'direct' ? attrs['group'] as number : 1, filter = size(source.shape.slice(1))
  return gridScales(source.grid!, fact.held!, k, source.shape[0]! / group, group, (_row, column) => column * filter)
}

/** From numbers as they are stored (at `from`) to panels of them (by way of floats), with their scales. */
export function gridLaunches({ fact, packing }: Wanted, from: number, floats: number, panels: number, scales: number, to: number): Launch[] {
  const { source, op, attrs } = packing!, { numbers: { type, count }, zero, turned } = source.grid!, y: Fact = { ...fact, held: 'float32' }
  const widened: Launch = isNibble(source.grid!) ? { kernel: 'f32_nibbles', args: [u32(from), u32(floats), u32(count), u32(type === 'int4' ? 8 : 0)], tiles: tiles(count, 4096) }
    : castLaunch({ type, shape: [count], at: from }, { type: 'float32', shape: [count], at: floats })
  const [k, n] = source.shape as [number, number]
  const packed = turned !== undefined ? [{ kernel: 'f32_pack_panels', args: [u32(floats), u32(panels), u32(k), u32(n), u32(4), u32(turned * 4), u32(0), u32(1), u32(0)], tiles: Math.ceil(n / 16) }]
    : launchesOf({ op, attrs, inputs: ['x'], outputs: ['y'], node: undefined as never }, new Map([['x', source], ['y', y]]), v => v === 'x' ? floats : panels, 0)
  return [widened, ...packed, { kernel: 'f32_compress', args: [u32(panels), u32(to), u32(fact.depth!), u32(heldCode(fact.held)), u32(scales), f32(type === 'int4' ? 8 : zero)], tiles: panelBytes(fact) / (fact.depth! * 64) }]
}
