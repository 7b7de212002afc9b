import type { Tensor } from '../../plugins/sdk/index.js'
import type { Result } from '../artifacts/formats/index.js'
import { NoisegraphError } from '../core/errors.js'
import type { Model } from '../models/model.js'
import { surfaceOf, type Grid } from './surface.js'

/**
 * A sample in space as what it stands for, as noisegraph.json beside the model says: `scale` makes lengths of coordinates (1), `level` is the value of the
 * surface of voxels (0), `atoms` names the elements of a molecule's further channels.
 * @throws NON_FINITE, BROKEN_MODEL
 */
export function solidOf({ folder: { notes, name }, facts: { output } }: Pick<Model, 'folder' | 'facts'>, sample: Tensor): Extract<Result, { kind: 'points' | 'voxels' | 'molecule' }> {
  if (!sample.data.every(Number.isFinite)) throw new NoisegraphError('NON_FINITE', 'The result holds NaN or infinity: the network overflowed. One in single precision will not.')
  const scale = typeof notes.scale === 'number' ? notes.scale : 1
  if (output === 'voxels') return { kind: 'voxels', mesh: voxels(sample, typeof notes.level === 'number' ? notes.level : 0, scale) }
  const [, channels, count] = sample.shape as [number, number, number]
  const positions = Float32Array.from({ length: 3 * count }, (_, i) => scale * sample.data[(i % 3) * count + Math.floor(i / 3)]!)
  if (output === 'molecule') return { kind: 'molecule', positions, atoms: atoms(sample, notes.atoms, name) }
  return { kind: 'points', positions, ...(channels >= 6 && { colours: Uint8Array.from({ length: 3 * count }, (_, i) => level(sample.data[(3 + (i % 3)) * count + Math.floor(i / 3)]!)) }) }
}

/** From -1 to 1 as a byte. */
const level = (v: number) => Math.round(255 * Math.min(1, Math.max(0, v / 2 + 0.5)))

/** The first channel says what is inside; three more are colours. */
function voxels({ shape, data }: Tensor, threshold: number, scale: number) {
  const [, channels, depth, height, width] = shape as [number, number, number, number, number]
  const cells = width * height * depth
  // Rows of a sample go down; y goes up.
  const index = (x: number, y: number, z: number) => (z * height + height - 1 - y) * width + x
  const grid: Grid = { size: [width, height, depth], at: (x, y, z) => data[index(x, y, z)]! - threshold }
  const mesh = surfaceOf(grid, channels >= 4 ? (x, y, z) => [1, 2, 3].map(c => level(data[c * cells + index(x, y, z)]!)) : undefined)
  return { ...mesh, positions: mesh.positions.map(v => v * scale) }
}

/** The element with the largest of the channels behind the coordinates, for each atom. */
function atoms({ shape, data }: Tensor, named: unknown, model: string): readonly string[] {
  const [, channels, count] = shape as [number, number, number]
  const names = Array.isArray(named) ? named.map(String) : []
  if (names.length !== channels - 3) throw new NoisegraphError('BROKEN_MODEL', `The model "${model}" has ${channels - 3} channels for kinds of atoms, and its noisegraph.json names ${names.length} in "atoms". Name each, in order.`, 'model')
  return Array.from({ length: count }, (_, i) => names[names.reduce((best, _, c) => (data[(3 + c) * count + i]! > data[(3 + best) * count + i]! ? c : best), 0)]!)
}
