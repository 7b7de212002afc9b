import { conditioner, controlNetwork, flag, image, map, number } from '../sdk/index.js'

export default conditioner({
  name: 'control',
  summary: "Holds the picture to edges, depth or poses that the model's ControlNet was trained on.",
  options: {
    picture: image('What the ControlNet reads: edges, depth, a pose.'),
    strength: number('How much its word counts.', { default: 1, min: 0, max: 2 }),
    from: number('Share of the run after which it begins.', { default: 0, min: 0, max: 1 }),
    to: number('Share of the run after which it ends.', { default: 1, min: 0, max: 1 }),
    guess: flag('Asks it with the condition only, deeper blocks weighing more: it then works without a prompt.', { default: false }),
  },
  needs: { control: controlNetwork },
  async condition(site, { picture, strength, from, to, guess }, { control }) {
    const hint = map(v => v / 2 + 0.5, site.fit(picture))
    return { during: call => control.residuals(call, hint, call.from < from || call.to > to ? 0 : strength, guess) }
  },
})
