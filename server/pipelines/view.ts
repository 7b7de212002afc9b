import type { Raster } from '../artifacts/pictures.js'

const side = 128

/** Points as a small picture: seen from the front, a little from the right and from above, near ones over far ones, far ones darker. */
export function viewOf(positions: Float32Array, colours?: Uint8Array): Raster {
  const data = new Uint8Array(3 * side * side).fill(24)
  const turned = Array.from({ length: positions.length / 3 }, (_, i) => turn(positions[3 * i]!, positions[3 * i + 1]!, positions[3 * i + 2]!))
  const reach = Math.max(1e-9, turned.reduce((m, p) => Math.max(m, ...p.map(Math.abs)), 0))
  const order = turned.map((_, i) => i).sort((a, b) => turned[a]![2] - turned[b]![2])
  for (const i of order) {
    const [x, y, z] = turned[i]!.map(v => v / reach) as [number, number, number]
    const light = 0.65 + 0.35 * z
    const [column, row] = [x, -y].map(v => Math.round((0.5 + 0.46 * v) * (side - 1))) as [number, number]
    for (let dy = 0; dy < 2; dy++) for (let dx = 0; dx < 2; dx++) {
      const at = 3 * (Math.min(side - 1, row + dy) * side + Math.min(side - 1, column + dx))
      for (let c = 0; c < 3; c++) data[at + c] = light * (colours ? colours[3 * i + c]! : 220)
    }
  }
  return { width: side, height: side, channels: 3, data }
}

const [around, down] = [0.6, 0.4]
/** Around the upright axis, then towards the viewer. */
function turn(x: number, y: number, z: number): readonly [x: number, y: number, z: number] {
  const [u, w] = [x * Math.cos(around) + z * Math.sin(around), z * Math.cos(around) - x * Math.sin(around)]
  return [u, y * Math.cos(down) - w * Math.sin(down), w * Math.cos(down) + y * Math.sin(down)]
}
