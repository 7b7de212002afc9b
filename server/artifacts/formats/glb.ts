import type { Format, Result } from './format.js'

interface View { readonly bytes: Buffer; readonly accessor: object; readonly name: string }

const [float, uint32, uint8] = [5126, 5125, 5121]
const [arrayBuffer, elementBuffer] = [34962, 34963]

/** A mesh, or points, as binary glTF 2.0: a header, a JSON chunk that describes the scene, and a chunk of numbers. The text is in `asset.extras`. */
export default {
  encode(result, text) {
    const views = viewsOf(result)
    const places: number[] = []
    let at = 0
    for (const { bytes } of views) { places.push(at); at += bytes.length }
    const attributes = Object.fromEntries(views.flatMap(({ name }, i) => (name === 'indices' ? [] : [[name, i]])))
    const indices = views.findIndex(v => v.name === 'indices')
    const json = {
      asset: { version: '2.0', generator: 'noisegraph', extras: { noisegraph: text } },
      scene: 0, scenes: [{ nodes: [0] }],
      // A scene without any vertex has no mesh: accessors may not be empty.
      nodes: [views.length ? { mesh: 0 } : {}],
      ...(views.length && {
        meshes: [{ primitives: [{ attributes, material: 0, mode: result.kind === 'points' ? 0 : 4, ...(indices >= 0 && { indices }) }] }],
        materials: [{ pbrMetallicRoughness: { metallicFactor: 0, roughnessFactor: 0.9 } }],
        accessors: views.map(({ accessor }, i) => ({ bufferView: i, ...accessor })),
        bufferViews: views.map(({ bytes, name }, i) => ({ buffer: 0, byteOffset: places[i], byteLength: bytes.length, target: name === 'indices' ? elementBuffer : arrayBuffer, ...(name === 'COLOR_0' && { byteStride: 4 }) })),
        buffers: [{ byteLength: at }],
      }),
    }
    const chunks = [chunk('JSON', Buffer.from(JSON.stringify(json)), 0x20), ...(at ? [chunk('BIN\0', Buffer.concat(views.map(v => v.bytes)), 0)] : [])]
    const header = Buffer.alloc(12)
    header.write('glTF', 'latin1')
    header.writeUInt32LE(2, 4)
    header.writeUInt32LE(12 + chunks.reduce((sum, c) => sum + c.length, 0), 8)
    return Promise.resolve(Buffer.concat([header, ...chunks]))
  },
  textOf(file) {
    const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
    if (bytes.length < 20 || bytes.toString('latin1', 0, 4) !== 'glTF' || bytes.toString('latin1', 16, 20) !== 'JSON') return undefined
    try {
      const { asset } = JSON.parse(bytes.toString('utf8', 20, 20 + bytes.readUInt32LE(12))) as { asset?: { extras?: { noisegraph?: unknown } } }
      return typeof asset?.extras?.noisegraph === 'string' ? asset.extras.noisegraph : undefined
    } catch { return undefined }
  },
} satisfies Format<'points' | 'voxels'>

function viewsOf(result: Extract<Result, { kind: 'points' | 'voxels' }>): readonly View[] {
  const { positions, colours } = result.kind === 'points' ? result : result.mesh
  if (!positions.length) return []
  const count = positions.length / 3
  const ends = (pick: (...values: number[]) => number) => [0, 1, 2].map(a => positions.reduce((end, v, i) => (i % 3 === a ? pick(end, v) : end), positions[a]!))
  const vectors = (data: Float32Array) => { const out = Buffer.alloc(4 * data.length); data.forEach((v, i) => out.writeFloatLE(v, 4 * i)); return out }
  return [
    { name: 'POSITION', bytes: vectors(positions), accessor: { componentType: float, type: 'VEC3', count, min: ends(Math.min), max: ends(Math.max) } },
    ...(result.kind === 'voxels' ? [{ name: 'NORMAL', bytes: vectors(result.mesh.normals), accessor: { componentType: float, type: 'VEC3', count } }] : []),
    // Rows of vertex attributes begin at multiples of four bytes.
    ...(colours ? [{ name: 'COLOR_0', bytes: Buffer.from(Uint8Array.from({ length: 4 * count }, (_, i) => (i % 4 < 3 ? colours[Math.floor(i / 4) * 3 + (i % 4)]! : 255))), accessor: { componentType: uint8, normalized: true, type: 'VEC4', count } }] : []),
    ...(result.kind === 'voxels' ? [indices(result.mesh.triangles)] : []),
  ]
}

function indices(triangles: Uint32Array): View {
  const bytes = Buffer.alloc(4 * triangles.length)
  triangles.forEach((v, i) => bytes.writeUInt32LE(v, 4 * i))
  return { name: 'indices', bytes, accessor: { componentType: uint32, type: 'SCALAR', count: triangles.length } }
}

/** Padded to a multiple of four bytes, with spaces in JSON. */
function chunk(type: string, data: Buffer, padding: number): Buffer {
  const filled = Buffer.concat([data, Buffer.alloc(-data.length & 3, padding)])
  const head = Buffer.alloc(8)
  head.writeUInt32LE(filled.length, 0)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, filled])
}
