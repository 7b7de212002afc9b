import pino from 'pino'
import { readable } from './log.js'

test('a line for a person has the level, the message, the fields, and an error\'s stack', () => {
  const lines: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => { lines.push(readable(line)) } })
  log.warn({ generation: 'g', attempt: 2 }, 'its worker died')
  log.error({ err: new TypeError('bad') }, 'it failed')
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d warning: its worker died generation=g attempt=2\n$/)
  expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d error: it failed\nTypeError: bad\n {4}at /)
})
