import { evenGrid, gaussian, normals, play } from './conformance/index.js'
import { inSigma, isFlow, mix, sampler, type Sampler } from './index.js'

const grids = { exploding: evenGrid('exploding', 12), preserving: evenGrid('preserving', 12), straight: evenGrid('straight', 12) }
const toy = gaussian(0.3, 0.5)
const [plain, framed] = [false, true].map(wrapped => {
  const sample: Sampler['sample'] = async function* ({ x, intervals, denoise }) {
    for (const { from, to } of intervals) {
      const { clean, residual } = await denoise(x, from)
      yield { x, level: from, denoised: clean }
      x = mix([1, x], [to.alpha - from.alpha, clean], [to.sigma - from.sigma, residual])
    }
    return x
  }
  return sampler({ name: 'euler-of-test', summary: 'Euler', cites: 'Euler', order: 1, options: {}, sample: wrapped ? inSigma(sample) : sample })
}) as [Sampler, Sampler]

const noise = normals(3)([1, 1, 4, 4])
const ends = (s: Sampler, space: keyof typeof grids) => {
  const grid = grids[space]
  return play(s, { grid, toy, x: mix([Math.hypot(grid.levels[0]!.sigma, grid.levels[0]!.alpha), noise]) })
}

test('a space is known by its middle', () => {
  expect(Object.values(grids).map(isFlow)).toEqual([false, false, true])
})

test('runs with alpha = 1 are handed on as they are', async () => {
  expect((await ends(framed, 'exploding')).data).toEqual((await ends(plain, 'exploding')).data)
})

test('on the straight path of flow models the frame changes nothing for Euler', async () => {
  const [a, b] = [await ends(plain, 'straight'), await ends(framed, 'straight')]
  a.data.forEach((v, i) => expect(b.data[i]).toBeCloseTo(v, 5))
})

test('a variance-preserving run is the exploding one, scaled by alpha', async () => {
  const { levels } = grids.preserving
  const start = mix([1 / levels[0]!.alpha, noise])
  const [vp, ve] = [await play(framed, { grid: grids.preserving, toy, x: noise }), await play(framed, { grid: grids.exploding, toy, x: start })]
  vp.data.forEach((v, i) => expect(v / levels.at(-1)!.alpha).toBeCloseTo(ve.data[i]!, 5))
})
