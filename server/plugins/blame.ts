import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'
import { types } from 'node:util'

/** What went wrong while a plugin was loaded, in words, and where in its source. Lines and columns count from 1. */
export interface Blame { readonly reason: string; readonly file: string; readonly line?: number; readonly column?: number }

/**
 * Finds the place in the source that an error is about: in swc's report for a text that is not TypeScript,
 * else in the first frame of the stack that lies in a compiled plugin, mapped back. `sources` are the plugin's files, its entry first.
 */
export function blame(error: unknown, sources: readonly string[], cache: string): Blame {
  if (!types.isNativeError(error)) return { file: sources[0]!, reason: `It threw ${String(error)}` }
  const report = stripColours(error.message)
  const drawn = /(?:,-|╭─)\[(.+):(\d+):\d+\]/.exec(report)
  if (drawn) return { file: drawn[1]!, reason: sentence(report), line: Number(drawn[2]), column: columnOf(report, Number(drawn[2])) }
  const reason = error.message.replace(/^The requested module '(?:.*\/sdk\/index\.js|(.+))' does not provide an export named '(.+)'$/, (_, from = 'noisegraph/sdk', name) => `"${from}" does not export "${name}".`)
  for (const [, scheme, path, line, column = '1'] of (error.stack ?? '').matchAll(/(file:\/\/)?(\/[^\n()]+?\.[cm]?[jt]s):(\d+)(?::(\d+))?/g)) {
    const at = scheme ? fileURLToPath(scheme + path!) : path!
    // Node started with --enable-source-maps has mapped the stack already.
    if (sources.includes(at)) return { reason, file: at, line: Number(line), column: Number(column) }
    const place = at.startsWith(cache) && original(at, Number(line), Number(column))
    if (place) return { reason, ...place }
  }
  return { file: sources[0]!, reason }
}

/** The text after the first marker of swc's drawing, or its first line. */
const sentence = (report: string) => {
  const text = /^\s*[x×]\s*(.+)$/m.exec(report)?.[1] ?? report.split('\n')[0]!
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** swc heads its drawing with the start of the statement; the carets under the line point at the fault itself. */
function columnOf(report: string, line: number): number {
  const drawing = new RegExp(`^( *${line} [|│] ).*\\n( *[:·] +)[\\^─┬]`, 'm').exec(report)
  return drawing ? drawing[2]!.length - drawing[1]!.length + 1 : 1
}

const stripColours = (text: string) => text.replace(/\u001b\[[0-9;]*m/g, '')

function original(path: string, line: number, column: number): { file: string; line: number; column: number } | undefined {
  const inline = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(readFileSync(path, 'utf8'))
  if (!inline) return undefined
  const entry = new SourceMap(JSON.parse(Buffer.from(inline[1]!, 'base64').toString())).findEntry(line - 1, column - 1)
  return 'originalSource' in entry ? { file: entry.originalSource, line: entry.originalLine + 1, column: entry.originalColumn + 1 } : undefined
}
