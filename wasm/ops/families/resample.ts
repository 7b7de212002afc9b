/** How an axis is resampled: for every output position the input positions it reads and their weights. `outside` marks what gets the extrapolation value. */
export interface Axis { readonly from: readonly number[][]; readonly weights: readonly number[][]; readonly outside: readonly boolean[] }

export interface Resampling {
  readonly mode: string
  readonly coordinate: string
  readonly nearest: string
  readonly cubic: number
  readonly excludeOutside: boolean
  readonly antialias: boolean
}

/** The rules of ONNX Resize for one axis of `n` that becomes `m`. `roi` is start and end of the crop, in 0..1. */
export function resampleAxis(n: number, m: number, scale: number, r: Resampling, roi: readonly [number, number]): Axis {
  const from: number[][] = [], weights: number[][] = [], outside: boolean[] = []
  for (let i = 0; i < m; i++) {
    // A crop may lie anywhere; beyond whole numbers there is nothing to step through.
    const x = Math.min(2 ** 31, Math.max(-(2 ** 31), coordinate(i, n, m, scale, r.coordinate, roi)))
    outside.push(r.coordinate === 'tf_crop_and_resize' && (x < 0 || x > n - 1))
    const taps = r.mode === 'nearest' ? [[nearest(x, n, r.nearest, scale), 1]] : kernelTaps(x, n, scale, r)
    from.push(taps.map(t => t[0]!))
    weights.push(taps.map(t => t[1]!))
  }
  return { from, weights, outside }
}

/** `exact` is the length before it was rounded down to `m`. */
function coordinate(i: number, n: number, m: number, scale: number, how: string, [start, end]: readonly [number, number]): number {
  const exact = scale * n
  switch (how) {
    case 'half_pixel': return (i + 0.5) / scale - 0.5
    case 'half_pixel_symmetric': { const adjustment = m / (scale * n), centre = n / 2; return centre * (1 - adjustment) + (i + 0.5) / scale - 0.5 }
    case 'pytorch_half_pixel': return m > 1 ? (i + 0.5) / scale - 0.5 : 0
    case 'align_corners': return Math.floor(exact) > 1 ? i * (n - 1) / (exact - 1) : 0
    case 'asymmetric': return i / scale
    case 'tf_half_pixel_for_nn': return (i + 0.5) / scale
    case 'tf_crop_and_resize': return m > 1 ? start * (n - 1) + i * (end - start) * (n - 1) / (m - 1) : 0.5 * (start + end) * (n - 1)
    default: throw new Error(`there is no coordinate transformation "${how}"`)
  }
}

function nearest(x: number, n: number, how: string, scale: number): number {
  const at = how === 'floor' ? Math.floor(x) : how === 'ceil' ? Math.ceil(x) : how === 'round_prefer_ceil' ? Math.floor(x + 0.5) : how === 'simple' ? (scale < 1 ? Math.ceil(x) : Math.floor(x)) : Math.ceil(x - 0.5)
  return Math.min(n - 1, Math.max(0, at))
}

/** Linear and cubic interpolation; with antialiasing, and only where the axis shrinks, the kernel is stretched to cover what it averages. */
function kernelTaps(x: number, n: number, scale: number, r: Resampling): number[][] {
  const cubic = r.mode === 'cubic', stretch = r.antialias && scale < 1 ? 1 / scale : 1, reach = (cubic ? 2 : 1) * stretch
  const kernel = (d: number): number => cubic ? keys(Math.abs(d), r.cubic) : Math.max(0, 1 - Math.abs(d))
  const first = stretch === 1 ? Math.floor(x) - (cubic ? 1 : 0) : Math.ceil(x - reach), last = stretch === 1 ? Math.floor(x) + (cubic ? 2 : 1) : Math.floor(x + reach)
  const taps: number[][] = []
  let sum = 0
  for (let k = first; k <= last; k++) {
    const inside = k >= 0 && k < n, w = r.excludeOutside && !inside ? 0 : kernel((k - x) / stretch)
    sum += w
    taps.push([Math.min(n - 1, Math.max(0, k)), w])
  }
  // Weights that sum to one, where some of them were left out or the kernel was stretched.
  return r.excludeOutside || stretch > 1 ? taps.map(([k, w]) => [k!, w! / sum]) : taps
}

/** R. Keys' cubic convolution kernel (IEEE ASSP 29, 1981) with its parameter a. */
function keys(d: number, a: number): number {
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0
}
