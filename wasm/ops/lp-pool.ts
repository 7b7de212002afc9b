import { pool } from './families/pool.js'

export default pool({
  name: 'LpPool', since: 2, attrs: { p: 2 },
  reduce: (v, n, _places, { p }) => { let s = 0; for (let i = 0; i < n; i++) s += Math.abs(v[i]!) ** p; return s ** (1 / p) },
})
