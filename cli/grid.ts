import sharp from 'sharp'

export interface Tile { readonly row: number; readonly column: number; readonly png?: Uint8Array; /** Below the picture. */ readonly caption: string; /** In place of a picture. */ readonly problem?: string; readonly best?: boolean }
export interface Grid { readonly title: string; readonly notes: readonly string[]; readonly rows: readonly string[]; readonly columns: readonly string[]; readonly tiles: readonly Tile[] }

/** Pixels. */
const [margin, gap, line, caption, heading] = [24, 12, 20, 26, 30] as const
const ink = { text: '#1d2127', faint: '#6b7280', best: '#067647', empty: '#eef0f3', paper: '#ffffff' }
const font = 'font-family="Inter, Helvetica, Arial, DejaVu Sans, sans-serif"'

/** A PNG of labelled pictures. Small ones are enlarged by whole pixels, large ones scaled down. */
export async function drawGrid({ title, notes, rows, columns, tiles }: Grid): Promise<Buffer> {
  const side = await sideOf(tiles)
  const left = margin + Math.ceil(Math.min(260, Math.max(60, ...rows.map(r => widthOf(r, 15))))) + gap
  const top = margin + 28 + notes.length * line + heading + gap
  const at = ({ row, column }: Tile) => ({ x: left + column * (side.width + gap), y: top + row * (side.height + caption + gap) })
  const [width, height] = [Math.max(left + columns.length * (side.width + gap) - gap + margin, 480), top + rows.length * (side.height + caption + gap) - gap + margin]
  const svg = [
    text(title, margin, margin + 16, 19, width - 2 * margin, 'font-weight="600"'),
    ...notes.map((note, i) => text(note, margin, margin + 28 + (i + 0.7) * line, 13, width - 2 * margin, `fill="${ink.faint}"`)),
    ...columns.map((label, c) => text(label, left + c * (side.width + gap) + side.width / 2, top - gap, 15, side.width, 'text-anchor="middle" font-weight="600"')),
    ...rows.map((label, r) => text(label, left - gap, top + r * (side.height + caption + gap) + side.height / 2 + 5, 15, left - gap - margin, 'text-anchor="end" font-weight="600"')),
    ...tiles.flatMap(tile => {
      const { x, y } = at(tile)
      const below = text(tile.caption, x + side.width / 2, y + side.height + 18, 13, side.width, `text-anchor="middle" ${tile.best ? `fill="${ink.best}" font-weight="700"` : `fill="${ink.text}"`}`)
      if (tile.problem === undefined) return [below]
      return [`<rect x="${x}" y="${y}" width="${side.width}" height="${side.height}" rx="4" fill="${ink.empty}"/>`, ...wrapped(tile.problem, x + 10, y + 22, 12, side.width - 20, Math.floor((side.height - 20) / 16)), below]
    }),
  ]
  const pictures = await Promise.all(tiles.flatMap(tile => (tile.png ? [place(tile.png, side, at(tile))] : [])))
  return sharp({ create: { width, height, channels: 3, background: ink.paper } })
    .composite([...pictures, { input: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ${font} fill="${ink.text}">${svg.join('')}</svg>`), left: 0, top: 0 }])
    .png().toBuffer()
}

interface Side { readonly width: number; readonly height: number }

/** Of every tile: the largest picture, enlarged by a whole number to about 200 pixels or brought down to 400. */
async function sideOf(tiles: readonly Tile[]): Promise<Side> {
  const sizes = await Promise.all(tiles.flatMap(t => (t.png ? [sharp(t.png).metadata()] : [])))
  const [width, height] = [Math.max(64, ...sizes.map(s => s.width)), Math.max(64, ...sizes.map(s => s.height))]
  const longer = Math.max(width, height)
  const scale = longer > 400 ? 400 / longer : Math.max(1, Math.round(200 / longer))
  return { width: Math.round(width * scale), height: Math.round(height * scale) }
}

async function place(png: Uint8Array, side: Side, { x, y }: { x: number; y: number }) {
  const { width, height } = await sharp(png).metadata()
  const fit = Math.min(side.width / width, side.height / height)
  const scale = fit >= 1 ? Math.floor(fit) : fit
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)]
  const input = await sharp(png).removeAlpha().resize(w, h, { kernel: scale > 1 ? 'nearest' : 'lanczos3' }).png().toBuffer()
  return { input, left: x + Math.floor((side.width - w) / 2), top: y + Math.floor((side.height - h) / 2) }
}

/** Of a sans-serif, roughly. */
const widthOf = (words: string, size: number) => [...words].length * size * 0.56

const fitted = (words: string, size: number, room: number) => {
  const most = Math.max(1, Math.floor(room / (size * 0.56)))
  return [...words].length <= most ? words : `${[...words].slice(0, most - 1).join('')}…`
}

const text = (words: string, x: number, y: number, size: number, room: number, attributes: string) =>
  `<text x="${x}" y="${y}" font-size="${size}" ${attributes}>${escaped(fitted(words, size, room))}</text>`

function wrapped(words: string, x: number, y: number, size: number, room: number, most: number): string[] {
  const lines: string[] = ['']
  for (const word of words.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trim()
    if (widthOf(longer, size) <= room) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  if (lines.length > most) lines.splice(most - 1, Infinity, `${lines[most - 1]} …`)
  return lines.map((one, i) => text(one, x, y + i * 16, size, room, `fill="${ink.faint}"`))
}

/** XML takes no control characters and no half surrogates, not even escaped. */
const escaped = (words: string) => words.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, ' ').replace(/[<>&"']/g, c => `&#${c.charCodeAt(0)};`)
