/** Results in space, from model folder to file: read back by what the formats' own papers say, with nothing of the writers. */
import { fileURLToPath } from 'node:url'
import type { Plugins } from '../core/services.js'
import { onnxruntime } from '../sessions/onnxruntime.js'
import { wasm } from '../sessions/wasm.js'
import { apple, packagePlugins, run, studio } from './fixture.js'
import { recipeOf } from './recipe-text.js'
import { surfaceOf, type Mesh } from './surface.js'

const golden = fileURLToPath(new URL('../../../golden/models', import.meta.url))
let plugins: Plugins
beforeAll(async () => { plugins = await packagePlugins() })

async function made(model: string, more: object, provider = onnxruntime('cpu', { threads: 1 })) {
  const { generate, residency } = studio(provider, [golden])
  const previews: Uint8Array[] = []
  const [output] = await run(generate, { ...apple, model, conditioners: [], width: 1, height: 1, guidanceScale: 1, steps: 6, device: provider.device, ...more }, { plugins }, async p => { if (p.type === 'step') previews.push(await p.preview()) })
  await residency.close()
  expect(await recipeOf(output!.bytes)).toMatchObject({ model, seed: '7', steps: 6 })
  expect(previews.map(p => Buffer.from(p).toString('latin1', 1, 4))).toEqual(Array(6).fill('PNG'))
  return { ...output!, bytes: Buffer.from(output!.bytes) }
}

test.each([onnxruntime('cpu', { threads: 1 }), wasm({ threads: 1 })])('points as PLY, on %p', async provider => {
  const { bytes, mimeType } = await made('points', { points: 512 }, provider)
  expect(mimeType).toBe('application/ply')
  const end = bytes.indexOf('end_header\n') + 11
  const lines = bytes.toString('latin1', 0, end).split('\n').filter(l => !l.startsWith('comment'))
  expect(lines).toEqual(['ply', 'format binary_little_endian 1.0', 'element vertex 512', ...['x', 'y', 'z'].map(a => `property float ${a}`), ...['red', 'green', 'blue'].map(c => `property uchar ${c}`), 'end_header', ''])
  expect(bytes.length).toBe(end + 512 * 15)
  for (let i = 0; i < 512; i++) {
    const [x, y, z] = [0, 4, 8].map(o => bytes.readFloatLE(end + 15 * i + o)) as [number, number, number]
    // The network ends at timestep 166 on a sphere of radius 0.5 + 166 / 200, which noisegraph.json doubles, with the noise of timestep 0 on it; colours say the direction.
    const radius = Math.hypot(x, y, z)
    expect(Math.abs(radius - 2 * (0.5 + 166 / 200))).toBeLessThan(0.2)
    expect(Math.abs(bytes[end + 15 * i + 12]! - (127.5 + 127.5 * 0.9 * (x / radius)))).toBeLessThan(8)
  }
})

test('a number of points that the network was not exported for is refused with what it takes', async () => {
  await expect(made('points', { points: 0 })).rejects.toMatchObject({ code: 'INVALID_OPTION', field: 'points', message: expect.stringMatching(/from 1 to/) as string })
  await expect(made('points', { frames: 4 })).rejects.toMatchObject({ code: 'INCOMPATIBLE', field: 'frames', message: expect.stringMatching(/It takes points/) as string })
})

/** The chunks and accessors of a binary glTF 2.0 file, checked as its specification has them. */
function readGlb(bytes: Buffer) {
  expect([bytes.toString('latin1', 0, 4), bytes.readUInt32LE(4), bytes.readUInt32LE(8)]).toEqual(['glTF', 2, bytes.length])
  const length = bytes.readUInt32LE(12)
  expect([bytes.toString('latin1', 16, 20), length % 4]).toEqual(['JSON', 0])
  const json = JSON.parse(bytes.toString('utf8', 20, 20 + length)) as { accessors: { bufferView: number; componentType: number; count: number; type: string; min?: number[]; max?: number[] }[]; bufferViews: { byteOffset: number; byteLength: number }[]; buffers: { byteLength: number }[]; meshes: { primitives: { attributes: Record<string, number>; indices: number; mode: number }[] }[] }
  const bin = bytes.subarray(20 + length)
  expect([bin.readUInt32LE(0), bin.toString('latin1', 4, 8), json.buffers[0]!.byteLength]).toEqual([bin.length - 8, 'BIN\0', bin.length - 8])
  const values = (index: number) => {
    const { bufferView, componentType, count, type } = json.accessors[index]!
    const { byteOffset, byteLength } = json.bufferViews[bufferView]!
    const [each, step] = [{ SCALAR: 1, VEC3: 3, VEC4: 4 }[type]!, { 5121: 1, 5125: 4, 5126: 4 }[componentType]!]
    expect(byteLength).toBe(count * each * step)
    expect(byteOffset % 4).toBe(0)
    return Array.from({ length: count * each }, (_, i) => { const at = 8 + byteOffset + i * step; return componentType === 5121 ? bin[at]! : componentType === 5125 ? bin.readUInt32LE(at) : bin.readFloatLE(at) })
  }
  const [primitive] = json.meshes[0]!.primitives
  return { primitive: primitive!, values, accessors: json.accessors }
}

test('voxels as the surface of a body in a GLB', async () => {
  const { bytes, mimeType } = await made('voxels', { width: 12, height: 12 })
  expect(mimeType).toBe('model/gltf-binary')
  const { primitive, values, accessors } = readGlb(bytes)
  expect(Object.keys(primitive.attributes)).toEqual(['POSITION', 'NORMAL', 'COLOR_0'])
  const [positions, normals, triangles] = [values(primitive.attributes.POSITION!), values(primitive.attributes.NORMAL!), values(primitive.indices)]
  const { min, max } = accessors[primitive.attributes.POSITION!]!
  expect([0, 1, 2].map(a => Math.min(...positions.filter((_, i) => i % 3 === a)))).toEqual(min)
  expect([0, 1, 2].map(a => Math.max(...positions.filter((_, i) => i % 3 === a)))).toEqual(max)
  expect(normals.length).toBe(positions.length)
  expect(values(primitive.attributes.COLOR_0!).every((v, i) => i % 4 < 3 || v === 255)).toBe(true)
  expectClosed(triangles)
  expect(volumeOf(positions, triangles)).toBeGreaterThan(50)
})

test('points as GLB, and atoms as XYZ', async () => {
  const { primitive, values } = readGlb((await made('points', { points: 64, format: 'glb' })).bytes)
  expect([primitive.mode, values(primitive.attributes.POSITION!).length]).toEqual([0, 192])
  const { bytes, mimeType } = await made('molecule', { points: 9 })
  expect(mimeType).toBe('chemical/x-xyz')
  const [count, , ...atoms] = bytes.toString('utf8').split('\n')
  expect(count).toBe('9')
  expect(atoms.pop()).toBe('')
  expect(atoms).toHaveLength(9)
  for (const line of atoms) expect(line).toMatch(/^(C|H|O)( -?\d+\.\d{6}){3}$/)
})

/** Each edge belongs to two triangles that pass it in opposite directions. */
function expectClosed(triangles: readonly number[]) {
  const passed = new Map<string, number>()
  for (let t = 0; t < triangles.length; t += 3) for (let k = 0; k < 3; k++) {
    const [a, b] = [triangles[t + k]!, triangles[t + (k + 1) % 3]!]
    passed.set(`${a} ${b}`, (passed.get(`${a} ${b}`) ?? 0) + 1)
  }
  expect([...passed].filter(([edge, times]) => passed.get(edge.split(' ').reverse().join(' ')) !== times)).toEqual([])
}

function volumeOf(p: ArrayLike<number>, triangles: ArrayLike<number>): number {
  let sum = 0
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map(k => [0, 1, 2].map(i => p[3 * triangles[t + k]! + i]!)) as [number[], number[], number[]]
    sum += (a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) - a[1]! * (b[0]! * c[2]! - b[2]! * c[0]!) + a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!)) / 6
  }
  return sum
}

test('the surface of a ball is a ball: closed, outwards, of its volume', () => {
  const n = 24
  const at = (v: number) => v - (n - 1) / 2
  const mesh: Mesh = surfaceOf({ size: [n, n, n], at: (x, y, z) => 8.3 - Math.hypot(at(x), at(y), at(z)) })
  expectClosed([...mesh.triangles])
  const volume = (4 / 3) * Math.PI * 8.3 ** 3
  expect(Math.abs(volumeOf(mesh.positions, mesh.triangles) / volume - 1)).toBeLessThan(0.02)
  let [furthest, flattest] = [0, 1]
  for (let i = 0; i < mesh.positions.length; i += 3) {
    const [p, normal] = [mesh.positions.subarray(i, i + 3), mesh.normals.subarray(i, i + 3)]
    const radius = Math.hypot(...p)
    furthest = Math.max(furthest, Math.abs(radius - 8.3))
    flattest = Math.min(flattest, (p[0]! * normal[0]! + p[1]! * normal[1]! + p[2]! * normal[2]!) / radius)
  }
  expect(furthest).toBeLessThan(0.2)
  expect(flattest).toBeGreaterThan(0.97)
  // What touches the border of the grid is closed there; what is empty has no surface.
  const whole = surfaceOf({ size: [3, 4, 5], at: () => 1 })
  expectClosed([...whole.triangles])
  expect(volumeOf(whole.positions, whole.triangles)).toBeGreaterThan(24)
  expect(surfaceOf({ size: [3, 3, 3], at: () => -1 }).triangles).toHaveLength(0)
})
