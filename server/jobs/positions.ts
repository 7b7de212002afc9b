import type { Database } from '../database/database.js'
import { sql } from '../database/sql.js'
import { channels } from '../events/channels.js'

/** Those further behind hear of their place when they come nearer: one started generation must not write to all that wait. */
const told = 20

/** Tells the first of the queue their new places. Rows that another process is changing are passed over; their own change tells them. */
export const announcePositions = (database: Database): Promise<object[]> => database.query(sql`
  WITH waiting AS (SELECT id, (row_number() OVER (ORDER BY number) - 1)::integer AS position FROM noisegraph.generations WHERE status = 'queued' ORDER BY number LIMIT ${told}),
  free AS (SELECT g.id, w.position FROM noisegraph.generations g JOIN waiting w ON w.id = g.id WHERE g.status = 'queued' AND g.queue_position IS DISTINCT FROM w.position FOR UPDATE OF g SKIP LOCKED),
  raised AS (UPDATE noisegraph.generations g SET sequence = g.sequence + 1, queue_position = free.position FROM free WHERE g.id = free.id RETURNING g.id, g.sequence, free.position),
  stored AS (INSERT INTO noisegraph.events (generation_id, sequence, type, body) SELECT id, sequence, 'queued', json_build_object('position', position) FROM raised)
  SELECT pg_notify(${channels.event}, id || ':' || sequence) IS NULL FROM raised`)
