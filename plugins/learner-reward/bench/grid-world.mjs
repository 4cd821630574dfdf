// Learns by reward alone to find the goal of a grid of 4 x 4 cells, for 20 seeds, and says how many of them are solved.
//   node plugins/learner-reward/bench/grid-world.mjs [SEEDS]
import { pathToFileURL } from 'node:url'
import { adam, createSession, crossEntropy, dense, poisson, sequential } from '@hillock/core'
import { gridWorld } from '@hillock/datasets'
import { escapeLif, reward } from '@hillock/learner-reward'

/** Time steps for each action, and actions in an episode. */
const [period, actions] = [16, 16]
const encoder = poisson({ probability: 0.5 })

/** Trains, and walks from every cell: the rewards of each epoch, and how many actions more than needed each walk took. */
export async function learn(seed, { epochs = 8, episodes = 200 } = {}) {
  const world = gridWorld({ seed })
  const session = createSession({
    network: sequential(world.inputs, [
      dense(world.outputs, { bias: false, weight: { uniform: [0, 0.5] } }),
      escapeLif({ beta: 0.5, width: 1 }),
    ]),
    learner: reward({
      rule: 'max',
      environment: world,
      encoder,
      period,
      keep: 0.97,
      optimizer: adam({ learningRate: 0.03 }),
    }),
    encoder,
    loss: crossEntropy(),
    steps: period * actions,
    seed,
  })
  const rewards = []
  for await (const { metrics } of session.train({ train: world.episodes(episodes) }, { epochs, batchSize: 16 }))
    rewards.push(metrics.reward)
  const excess = []
  for (const [start, distance] of world.distances.entries()) {
    const stream = session.stream()
    let [cell, taken] = [start, 0]
    for (; cell !== world.goal && taken < 2 * actions; taken++) {
      const { predictions } = await stream.step(world.seen(cell), { steps: period })
      cell = world.move(cell, predictions[0])
    }
    excess.push(cell === world.goal ? taken - distance : Infinity)
  }
  await session.dispose()
  return { rewards, excess }
}

/** From every cell the goal is reached, by at most 4 actions more than the shortest way takes. */
export const isSolved = ({ excess }) => excess.every((more) => more <= 4)

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const seeds = Number(process.argv[2] ?? 20)
  let solved = 0
  for (let seed = 0; seed < seeds; seed++) {
    const found = await learn(seed)
    if (isSolved(found)) solved++
    const rewards = found.rewards.map((one) => one.toFixed(2)).join(' ')
    console.log(
      `seed ${seed}: rewards ${rewards}, at most ${Math.max(...found.excess)} actions more than the shortest way`,
    )
  }
  console.log(`${solved} of ${seeds} solved`)
}
