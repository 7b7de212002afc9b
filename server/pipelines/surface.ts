/** Triangles of a closed surface; colours, where there are any, are one of red, green and blue for each vertex, 0 to 255. */
export interface Mesh { readonly positions: Float32Array; readonly normals: Float32Array; readonly triangles: Uint32Array; readonly colours?: Uint8Array }

/** Values on a grid, x fastest, then y, then z. */
export interface Grid { readonly size: readonly [x: number, y: number, z: number]; readonly at: (x: number, y: number, z: number) => number }

/**
 * The surface where a grid crosses 0, by surface nets (Gibson 1998): a vertex in each cell that the surface passes, in the mean of where it crosses the
 * cell's edges, and two triangles around each crossed edge. What lies outside of the grid counts as empty, so that the surface is closed.
 * Positions are in cells, the middle of the grid at 0; triangles are counter-clockwise seen from outside, where values are below 0.
 */
export function surfaceOf({ size, at }: Grid, colourOf?: (x: number, y: number, z: number) => readonly number[]): Mesh {
  const [w, h, d] = size
  const value = (x: number, y: number, z: number) => (x < 0 || y < 0 || z < 0 || x >= w || y >= h || z >= d ? -1 : at(x, y, z))
  const vertices = new Map<number, number>()
  const key = (x: number, y: number, z: number) => ((z + 1) * (h + 2) + y + 1) * (w + 2) + x + 1
  const positions: number[] = []
  const colours: number[] = []
  const vertexOf = (x: number, y: number, z: number): number => {
    const known = vertices.get(key(x, y, z))
    if (known !== undefined) return known
    const mean = crossing(value, x, y, z)
    vertices.set(key(x, y, z), positions.length / 3)
    positions.push(mean[0] - (w - 1) / 2, mean[1] - (h - 1) / 2, mean[2] - (d - 1) / 2)
    if (colourOf) colours.push(...colourOf(...mean.map((v, i) => Math.min(size[i]! - 1, Math.max(0, Math.round(v)))) as [number, number, number]))
    return positions.length / 3 - 1
  }
  const triangles: number[] = []
  const quad = (a: number, b: number, c: number, e: number, turned: boolean) => triangles.push(...(turned ? [a, c, b, a, e, c] : [a, b, c, a, c, e]))
  for (let z = -1; z < d; z++) for (let y = -1; y < h; y++) for (let x = -1; x < w; x++) {
    const inside = value(x, y, z) >= 0
    // Four cells meet in each edge that leads from here to the next value along an axis.
    if (inside !== value(x + 1, y, z) >= 0) quad(vertexOf(x, y - 1, z - 1), vertexOf(x, y, z - 1), vertexOf(x, y, z), vertexOf(x, y - 1, z), !inside)
    if (inside !== value(x, y + 1, z) >= 0) quad(vertexOf(x - 1, y, z - 1), vertexOf(x - 1, y, z), vertexOf(x, y, z), vertexOf(x, y, z - 1), !inside)
    if (inside !== value(x, y, z + 1) >= 0) quad(vertexOf(x - 1, y - 1, z), vertexOf(x, y - 1, z), vertexOf(x, y, z), vertexOf(x - 1, y, z), !inside)
  }
  const mesh = { positions: Float32Array.from(positions), triangles: Uint32Array.from(triangles) }
  return { ...mesh, normals: normalsOf(mesh), ...(colourOf && { colours: Uint8Array.from(colours) }) }
}

const corners = [0, 1, 2, 3, 4, 5, 6, 7].map(i => [i & 1, (i >> 1) & 1, i >> 2] as const)
const edges = corners.flatMap((a, i) => corners.slice(i + 1).filter(b => Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]) === 1).map(b => [a, b] as const))

/** The mean of the points where the edges of a cell are crossed, linearly between their ends. */
function crossing(value: Grid['at'], x: number, y: number, z: number): [number, number, number] {
  const sum = [0, 0, 0]
  let count = 0
  for (const [a, b] of edges) {
    const [from, to] = [value(x + a[0], y + a[1], z + a[2]), value(x + b[0], y + b[1], z + b[2])]
    if (from >= 0 === to >= 0) continue
    const share = from / (from - to)
    for (let i = 0; i < 3; i++) sum[i]! += a[i]! + share * (b[i]! - a[i]!)
    count++
  }
  return [x + sum[0]! / count, y + sum[1]! / count, z + sum[2]! / count]
}

/** Of each vertex, the mean of its triangles' by their areas; of length 1. */
function normalsOf({ positions, triangles }: Pick<Mesh, 'positions' | 'triangles'>): Float32Array {
  const sums = new Float64Array(positions.length)
  const point = (i: number) => positions.subarray(3 * i, 3 * i + 3)
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [point(triangles[t]!), point(triangles[t + 1]!), point(triangles[t + 2]!)]
    const [u, v] = [b.map((n, i) => n - a[i]!), c.map((n, i) => n - a[i]!)]
    const normal = [u[1]! * v[2]! - u[2]! * v[1]!, u[2]! * v[0]! - u[0]! * v[2]!, u[0]! * v[1]! - u[1]! * v[0]!]
    for (let k = 0; k < 3; k++) for (let i = 0; i < 3; i++) sums[3 * triangles[t + k]! + i]! += normal[i]!
  }
  const out = new Float32Array(sums.length)
  for (let i = 0; i < sums.length; i += 3) {
    const length = Math.hypot(sums[i]!, sums[i + 1]!, sums[i + 2]!)
    // Where its triangles cancel, any direction of length 1 will do.
    out.set(length ? [sums[i]! / length, sums[i + 1]! / length, sums[i + 2]! / length] : [0, 0, 1], i)
  }
  return out
}
