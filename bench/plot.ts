/** A line of a plot; where `y` is missing at some x, the line has a gap there. */
export interface Line { readonly name: string; readonly points: readonly (readonly [x: number, y: number])[] }
export interface Plot { readonly title: string; readonly x: string; readonly y: string; readonly lines: readonly Line[] }

const width = 460, height = 300, left = 62, right = 132, top = 34, bottom = 44
/** Readable on white and on black; told apart without colour by their marks. */
const colours = ['#3b7dd8', '#d9822b', '#2f9e6e', '#b5508f', '#8a8f98']
const marks: readonly ((x: number, y: number) => string)[] = [
  (x, y) => `<circle cx="${x}" cy="${y}" r="4"/>`, (x, y) => `<rect x="${x - 3.6}" y="${y - 3.6}" width="7.2" height="7.2"/>`, (x, y) => `<path d="M${x} ${y - 5}l5 8.6h-10z"/>`,
  (x, y) => `<path d="M${x} ${y - 5.2}l5.2 5.2l-5.2 5.2l-5.2-5.2z"/>`, (x, y) => `<circle cx="${x}" cy="${y}" r="3" style="fill-opacity:.4"/>`,
]

/** Lines over two logarithmic axes as an SVG file, for pages light and dark. */
export function plotSvg({ title, x, y, lines }: Plot): string {
  const xs = [...new Set(lines.flatMap(l => l.points.map(p => p[0])))].sort((a, b) => a - b), ys = lines.flatMap(l => l.points.map(p => p[1]))
  const [low, high] = [Math.min(...ys) / 1.15, Math.max(...ys) * 1.15], first = xs[0]!, last = xs.at(-1)!
  const px = (v: number): number => round(left + 14 + (width - left - right - 28) * (last > first ? Math.log(v / first) / Math.log(last / first) : 0.5))
  const py = (v: number): number => round(height - bottom - (height - top - bottom) * Math.log(v / low) / Math.log(high / low))
  const ends = spread(lines.map(l => py(l.points.at(-1)![1])))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">`,
    `<style>text{font:11px system-ui,sans-serif;fill:#737c86}.title{font-size:13px;font-weight:600}.grid{stroke:#737c86;stroke-opacity:.22}.line{fill:none;stroke-width:2}@media(prefers-color-scheme:dark){text{fill:#9da7b3}.grid{stroke:#9da7b3}}</style>`,
    `<text class="title" x="${left}" y="18">${escape(title)}</text>`,
    ...ticks(low, high).map(v => `<path class="grid" d="M${left} ${py(v)}H${width - right}"/><text x="${left - 8}" y="${py(v) + 4}" text-anchor="end">${label(v)}</text>`),
    ...xs.map(v => `<text x="${px(v)}" y="${height - bottom + 18}" text-anchor="middle">${label(v)}</text>`),
    `<text x="${(left + width - right) / 2}" y="${height - 8}" text-anchor="middle">${escape(x)}</text>`,
    `<text transform="translate(14 ${(top + height - bottom) / 2}) rotate(-90)" text-anchor="middle">${escape(y)}</text>`,
    ...lines.map((l, i) => {
      const c = colours[i % colours.length]!, mark = marks[i % marks.length]!, end = l.points.at(-1)!
      return `<path class="line" stroke="${c}" d="M${l.points.map(([u, v]) => `${px(u)} ${py(v)}`).join('L')}"/><g fill="${c}">${l.points.map(([u, v]) => mark(px(u), py(v))).join('')}</g>`
        // A line that ends early has its name above its end, where it crosses no other.
        + (end[0] < last ? `<text x="${px(end[0])}" y="${py(end[1]) - 10}" text-anchor="middle" style="fill:${c}">` : `<text x="${px(end[0]) + 10}" y="${ends[i]! + 4}" style="fill:${c}">`) + `${escape(l.name)}</text>`
    }),
    '</svg>', '',
  ].join('\n')
}

/** Names at the ends of lines, moved apart where they would lie on each other. */
function spread(at: readonly number[]): number[] {
  const out = [...at], order = out.map((_, i) => i).sort((a, b) => at[a]! - at[b]!)
  order.forEach((i, k) => { if (k) out[i] = Math.max(out[i]!, out[order[k - 1]!]! + 13) })
  return out
}

/** 1, 2 and 5 times powers of ten. */
function ticks(low: number, high: number): number[] {
  const out: number[] = []
  for (let e = Math.floor(Math.log10(low)); e <= Math.log10(high); e++) for (const m of high / low > 60 ? [1] : [1, 2, 5]) if (m * 10 ** e >= low && m * 10 ** e <= high) out.push(m * 10 ** e)
  return out
}

const label = (v: number): string => v >= 1 ? v.toLocaleString('en', { maximumFractionDigits: 1 }) : String(Number(v.toPrecision(2)))
const round = (v: number): number => Number(v.toFixed(1))
const escape = (t: string): string => t.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')
