import { conditioner, controlNetworks, flag, image, integer, map, number } from '../sdk/index.js'

export default conditioner({
  name: 'control',
  summary: "Holds the picture to edges, depth or poses that the model's ControlNet was trained on.",
  options: {
    picture: image('What the ControlNet reads: edges, depth, a pose.'),
    network: integer('Which one, of a model that comes with several; counted from 0.', { default: 0, min: 0, max: 15 }),
    strength: number('How much its word counts.', { default: 1, min: 0, max: 2 }),
    from: number('Share of the run after which it begins.', { default: 0, min: 0, max: 1 }),
    to: number('Share of the run after which it ends.', { default: 1, min: 0, max: 1 }),
    guess: flag('Asks it with the condition only, deeper blocks weighing more: it then works without a prompt.', { default: false }),
  },
  needs: { control: controlNetworks },
  async condition(site, { picture, network, strength, from, to, guess }, { control }) {
    if (network >= control.count) throw new RangeError(`control.network must be from 0 to ${control.count - 1} for this model, got ${network}.`)
    const hint = map(v => v / 2 + 0.5, site.fit(picture))
    return { during: call => control.residuals(network, call, hint, call.from < from || call.to > to ? 0 : strength, guess) }
  },
})
