import { list, numbers, tensor } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { op } from './op.js'

export default op({
  name: 'RoiAlign', since: 10, attrs: { coordinate_transformation_mode: 'half_pixel', mode: 'avg', output_height: 1, output_width: 1, sampling_ratio: 0, spatial_scale: 1 },
  infer: ([x, rois], a) => [{ type: x!.type, shape: [rois!.shape[0]!, x!.shape[1]!, a.output_height, a.output_width] }],
  compute([input, boxes, batches], a, host) {
    const x = input as Tensor, [, c, h, w] = x.shape as [number, number, number, number], v = numbers(x), r = numbers(boxes as Tensor), which = list(batches as Tensor), shift = host.opset >= 16 && a.coordinate_transformation_mode === 'half_pixel' ? 0.5 : 0, out: number[] = []
    const at = new Int32Array(4), weight = new Float64Array(4)
    which.forEach((b, k) => {
      const [x1, y1, x2, y2] = [0, 1, 2, 3].map(i => r[k * 4 + i]! * a.spatial_scale - shift) as [number, number, number, number], least = shift ? 0 : 1
      const bw = Math.max(x2 - x1, least || x2 - x1) / a.output_width, bh = Math.max(y2 - y1, least || y2 - y1) / a.output_height, ny = a.sampling_ratio || Math.ceil(bh), nx = a.sampling_ratio || Math.ceil(bw)
      if (ny * nx * c * a.output_height * a.output_width > 2 ** 24) throw new Error(`${ny} x ${nx} samples per place are too many`)
      for (let ch = 0; ch < c; ch++) for (let py = 0; py < a.output_height; py++) for (let px = 0; px < a.output_width; px++) {
        const plane = (b * c + ch) * h * w
        let sum = 0, most = -Infinity
        for (let iy = 0; iy < ny; iy++) for (let ix = 0; ix < nx; ix++) {
          corners(y1 + py * bh + (iy + 0.5) * bh / ny, x1 + px * bw + (ix + 0.5) * bw / nx, h, w, at, weight)
          for (let i = 0; i < 4; i++) { const part = weight[i]! * v[plane + at[i]!]!; sum += part; most = Math.max(most, part) }
        }
        out.push(a.mode === 'avg' ? sum / Math.max(1, ny * nx) : most)
      }
    })
    return [tensor(x.type, [which.length, c, a.output_height, a.output_width], out)]
  },
})

/** The four neighbours of a point and their weights, which are 0 for a point outside. */
function corners(y: number, x: number, h: number, w: number, at: Int32Array, weight: Float64Array): void {
  if (y < -1 || y > h || x < -1 || x > w) { at.fill(0); weight.fill(0); return }
  const cy = Math.max(0, y), cx = Math.max(0, x), y0 = Math.min(Math.floor(cy), h - 1), x0 = Math.min(Math.floor(cx), w - 1), y1 = Math.min(y0 + 1, h - 1), x1 = Math.min(x0 + 1, w - 1), fy = y0 >= h - 1 ? 0 : cy - y0, fx = x0 >= w - 1 ? 0 : cx - x0
  at[0] = y0 * w + x0; at[1] = y0 * w + x1; at[2] = y1 * w + x0; at[3] = y1 * w + x1
  weight[0] = (1 - fy) * (1 - fx); weight[1] = (1 - fy) * fx; weight[2] = fy * (1 - fx); weight[3] = fy * fx
}
