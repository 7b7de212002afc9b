import { NoisegraphError } from '../core/errors.js'
import type { Generation, GenerationStatus, Jobs, Page } from '../core/services.js'
import type { Database } from '../database/database.js'
import { all, sql, type Query } from '../database/sql.js'
import { columns, generationOf, type Row } from './rows.js'

const most = 1_000

const cursorOf = (number: string) => Buffer.from(`generation:${number}`).toString('base64url')

function numberOf(cursor: string): string {
  const [, number] = /^generation:(\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (!number) throw new NoisegraphError('INVALID_OPTION', 'The cursor is not one that this list gave. Take endCursor, or an edge\'s cursor, of an earlier page.', 'after')
  return number
}

/** Newest first. Generations are numbered as they come, so a page's cursor stays valid whatever is added or deleted. */
export async function list(database: Database, { first, after, status, model, createdAfter, createdBefore }: Parameters<Jobs['list']>[0]): Promise<Page<Generation>> {
  if (!Number.isInteger(first) || first < 0 || first > most) throw new NoisegraphError('INVALID_OPTION', `"first" must be an integer from 0 to ${most}, got ${first}.`, 'first')
  const filters: Query[] = [sql`NOT g.measures`]
  if (status) filters.push(sql`g.status = ANY(${[...status] satisfies GenerationStatus[]})`)
  if (model !== undefined) filters.push(sql`g.model = ${model}`)
  if (createdAfter) filters.push(sql`g.created_at > ${createdAfter}`)
  if (createdBefore) filters.push(sql`g.created_at < ${createdBefore}`)
  const older = after === undefined ? [] : [sql`g.number < ${numberOf(after)}`]
  const [rows, [counted]] = await Promise.all([
    database.query<Row>(sql`SELECT ${columns} FROM noisegraph.generations g WHERE ${all([...filters, ...older])} ORDER BY g.number DESC LIMIT ${first + 1}`),
    database.query<{ count: number }>(sql`SELECT count(*)::integer AS count FROM noisegraph.generations g WHERE ${all(filters)}`),
  ])
  const shown = rows.slice(0, first)
  const cursors = shown.map(row => cursorOf(row.number))
  return { items: shown.map(generationOf), cursors, endCursor: cursors.at(-1) ?? null, hasNextPage: rows.length > first, totalCount: counted!.count }
}
