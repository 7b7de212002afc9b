import { isConnectionLoss, patiently, DatabaseLost } from './loss.js'
import { all, sql } from './sql.js'

test('values become parameters, nested queries become text, numbered in order', () => {
  const inner = sql`b = ${2} AND c = ${'x'}`
  const { text, values } = sql`SELECT ${1} WHERE ${inner} OR ${all([])} OR ${all([sql`d = ${3}`, sql`e = ${null}`])}`
  expect(text).toBe('SELECT $1 WHERE b = $2 AND c = $3 OR TRUE OR d = $4 AND e = $5')
  expect(values).toEqual([1, 2, 'x', 3, null])
})

const failure = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more })

test('losses of the connection are told from errors of the statement, and of other parts', () => {
  for (const code of ['57P01', '57P03', '08006', 'ECONNREFUSED']) expect(isConnectionLoss(failure(code))).toBe(true)
  expect(isConnectionLoss(failure('ENOENT', { syscall: 'connect' }))).toBe(true)
  expect(isConnectionLoss(new Error('Connection terminated unexpectedly'))).toBe(true)
  for (const code of ['23505', '42601', '57014']) expect(isConnectionLoss(failure(code))).toBe(false)
  expect(isConnectionLoss(failure('ENOENT', { syscall: 'open' }))).toBe(false)
})

test('a lost connection is tried again while patience lasts, a deadlock a few times, anything else never', async () => {
  const counted = (errors: readonly Error[]) => {
    let tries = 0
    return { work: async () => { if (errors[tries++]) throw errors[tries - 1]; return tries } }
  }
  expect(await patiently(5_000, counted([failure('57P01'), failure('ECONNREFUSED')]).work)).toBe(3)
  expect(await patiently(0, counted([failure('40P01')]).work)).toBe(2)
  await expect(patiently(5_000, counted([failure('23505')]).work)).rejects.toThrow('23505')
  await expect(patiently(50, () => Promise.reject(failure('ECONNREFUSED')))).rejects.toThrow(DatabaseLost)
})
