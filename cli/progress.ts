import { stripVTControlCharacters, styleText } from 'node:util'
import type { Progress } from '../server/pipelines/pipeline.js'
import { bytes, duration } from './style.js'

/** Shows what a pipeline yields: a line that is drawn over on a terminal, a few plain lines elsewhere. Writes to stderr, so that stdout stays the result's. */
export interface ProgressView { show(progress: Progress): void; done(line?: string): void }

export const progressView = (stream: NodeJS.WriteStream = process.stderr, now = () => performance.now()): ProgressView =>
  stream.isTTY ? bar(stream, now) : plain(stream, now)

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A bar of `width` cells, exact to an eighth of one. */
export function cells(share: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width * 8)
  return ('█'.repeat(filled >> 3) + eighths[filled & 7]!).padEnd(width, '░')
}

function bar(stream: NodeJS.WriteStream, now: () => number): ProgressView {
  const colour = (format: Parameters<typeof styleText>[0], text: string) => (process.env.NO_COLOR ? text : styleText(format, text))
  let who = ''
  let steps = pace(now)
  let drawn = 0
  const draw = (text: string) => {
    const room = (stream.columns || 80) - 1
    const line = stripVTControlCharacters(text).length > room ? stripVTControlCharacters(text).slice(0, room) : text
    stream.write(`${drawn ? '\r\u001b[2K' : '\u001b[?25l'}${line}`)
    drawn = now()
  }
  return {
    show(it) {
      if (it.type === 'loading') {
        const share = it.totalBytes ? it.bytes / it.totalBytes : 0
        if (share < 1 || !drawn) draw(`${colour('cyan', cells(share, 24))} ${colour('dim', `loading ${it.part}, ${bytes(it.totalBytes)}`)}`)
      } else if (it.type === 'started') {
        who = `${it.sampler} on ${it.device}`
        steps = pace(now)
        draw(`${colour('cyan', cells(0, 24))} ${colour('dim', who)}`)
      } else if (it.type === 'step') {
        const { rate, eta } = steps(it.index, it.total)
        const count = it.total === null ? `step ${it.index + 1}` : `${it.index + 1}/${it.total}`
        const percent = it.total === null ? '' : `${Math.round(((it.index + 1) / it.total) * 100)}%`
        const parts = [colour('bold', percent.padStart(4)), count, ...(rate === null ? [] : [`${rate.toFixed(rate < 10 ? 1 : 0)} it/s`]), ...(eta === null ? [] : [`${duration(eta)} left`])]
        draw(`${colour('green', cells(it.total === null ? 0 : (it.index + 1) / it.total, 24))} ${parts.join('  ')}  ${colour('dim', who)}`)
      } else draw(`${colour('green', cells(1, 24))} ${colour('dim', 'decoding')}`)
    },
    done(line) {
      if (drawn) stream.write('\r\u001b[2K\u001b[?25h')
      drawn = 0
      if (line) stream.write(`${line}\n`)
    },
  }
}

function plain(stream: NodeJS.WriteStream, now: () => number): ProgressView {
  let steps = pace(now)
  let said = -Infinity
  return {
    show(it) {
      if (it.type === 'started') {
        steps = pace(now)
        stream.write(`${it.sampler} on ${it.device}${it.timesteps.length ? `, ${it.timesteps.length} steps` : ''}\n`)
      } else if (it.type === 'step') {
        const { rate, eta } = steps(it.index, it.total)
        const last = it.index + 1 === it.total
        // A line every tenth of the run, and no more than one a second: this goes to log files.
        if (!last && (now() - said < 1000 || (it.total !== null && Math.floor((it.index * 10) / it.total) === Math.floor(((it.index + 1) * 10) / it.total)))) return
        said = now()
        stream.write(`step ${it.index + 1}${it.total === null ? '' : `/${it.total}`}${rate === null ? '' : `, ${rate.toFixed(1)} it/s`}${eta === null || last ? '' : `, ${duration(eta)} left`}\n`)
      }
    },
    done(line) { if (line) stream.write(`${line}\n`) },
  }
}

/** Steps a second and the time left, once two steps have been seen. */
function pace(now: () => number) {
  let first: { index: number; at: number } | undefined
  return (index: number, total: number | null): { rate: number | null; eta: number | null } => {
    const at = now()
    if (!first || index <= first.index) { first = { index, at }; return { rate: null, eta: null } }
    const each = (at - first.at) / (index - first.index)
    return { rate: each > 0 ? 1000 / each : null, eta: total === null ? null : each * (total - index - 1) }
  }
}
