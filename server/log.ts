import pino, { type Logger } from 'pino'

const names: Readonly<Record<number, string>> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warning', 50: 'error', 60: 'fatal' }

interface Line { readonly level: number; readonly time: number; readonly msg?: string; readonly err?: { readonly stack?: string }; readonly [field: string]: unknown }

/** One line for a person: what, and the fields that matter. */
export function readable(json: string): string {
  const { level, time, msg, err, pid: _pid, hostname: _host, ...fields } = JSON.parse(json) as Line
  const shown = Object.entries(fields).map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join('')
  return `${new Date(time).toISOString().slice(11, 19)} ${names[level] ?? level}: ${msg ?? ''}${shown}\n${err?.stack ? `${err.stack}\n` : ''}`
}

/** Logs go to stderr: as JSON lines, or as text on a terminal. stdout is for what the command was asked for. */
export const createLog = (level: string, terminal: boolean): Logger =>
  pino({ level }, terminal ? { write: (line: string) => { process.stderr.write(readable(line)) } } : pino.destination({ dest: 2, sync: true }))
