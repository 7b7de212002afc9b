import { pool } from './families/pool.js'

export default pool({
  name: 'AveragePool', since: 1, attrs: { count_include_pad: 0 },
  kind: a => a.count_include_pad ? 'padded mean' : 'mean',
  reduce: (v, n, places, a) => { let s = 0; for (let i = 0; i < n; i++) s += v[i]!; return s / (a.count_include_pad ? places : n) },
})
