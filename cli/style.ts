import { styleText } from 'node:util'

/** Colours where the stream is a terminal and NO_COLOR is not set. */
const style = (format: Parameters<typeof styleText>[0], stream: NodeJS.WriteStream) => (text: string) =>
  stream.isTTY && !process.env.NO_COLOR ? styleText(format, text) : text

export const bold = style('bold', process.stdout)
export const dim = style('dim', process.stdout)
export const green = style('green', process.stdout)
export const red = style('red', process.stdout)
/** For stderr. */
export const alarm = style('red', process.stderr)

/** Rows as columns; the last one is wrapped to the terminal's width under its own start. */
export function columns(rows: readonly (readonly string[])[], width = process.stdout.columns ?? 120): string {
  const widths = (rows[0] ?? []).slice(0, -1).map((_, c) => Math.max(...rows.map(r => plainLength(r[c]!))))
  const indent = widths.reduce((sum, w) => sum + w + 2, 0)
  return rows.map(row => {
    const start = widths.map((w, c) => row[c]! + ' '.repeat(w - plainLength(row[c]!) + 2)).join('')
    return (start + wrap(row.at(-1)!, Math.max(30, width - indent)).join(`\n${' '.repeat(indent)}`)).trimEnd()
  }).join('\n')
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    if (lines.length && plainLength(lines.at(-1)!) + 1 + plainLength(word) <= width) lines[lines.length - 1] += ` ${word}`
    else lines.push(word)
  }
  return lines
}

const plainLength = (text: string) => text.replace(/\u001b\[[0-9;]*m/g, '').length

/** 1536 as "1.5 KB". */
export function bytes(count: number): string {
  const unit = count === 0 ? 0 : Math.min(4, Math.floor(Math.log(count) / Math.log(1000)))
  return `${unit === 0 ? count : (count / 1000 ** unit).toFixed(1)} ${['B', 'KB', 'MB', 'GB', 'TB'][unit]}`
}

/** 75000 as "1:15". */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  const two = (n: number) => String(n).padStart(2, '0')
  return seconds < 3600 ? `${Math.floor(seconds / 60)}:${two(seconds % 60)}` : `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}
