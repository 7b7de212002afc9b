import { sql, type Query } from '../database/sql.js'
import type { EventBody } from '../core/services.js'
import { channels } from './channels.js'

/**
 * Stores an event as the next of its generation and announces it when the transaction commits.
 * `raise` is the UPDATE of `noisegraph.generations g` that raises `sequence` by one, its conditions included; where it finds no row, nothing is stored and no row is answered.
 * Answers the columns `sequence`, `cancelRequested` and `previewEvery`.
 */
export const appendEvent = (raise: Query, { type, ...rest }: EventBody): Query => sql`
  WITH raised AS (${raise} RETURNING g.id, g.sequence, g.cancel_requested, g.preview_every),
  stored AS (INSERT INTO noisegraph.events (generation_id, sequence, type, body) SELECT id, sequence, ${type}, ${JSON.stringify(rest)}::json FROM raised)
  SELECT sequence, cancel_requested AS "cancelRequested", preview_every AS "previewEvery", pg_notify(${channels.event}, id || ':' || sequence) IS NULL AS told FROM raised`

export interface Appended { readonly sequence: number; readonly cancelRequested: boolean; readonly previewEvery: number | null }
