/** A cloud of points, as a GLB that viewers and games take: points.ts [address] [file] [model] [points] */
import { connect } from 'noisegraph/client'
import { make } from './make.js'

const [address = 'http://localhost:4000', file = 'cloud.glb', model = 'points', points = '1024'] = process.argv.slice(2)
await make(connect(address), { model, points: Number(points), steps: 20, format: 'GLB' }, file)
