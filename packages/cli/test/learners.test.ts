import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { hillock } from './run.ts'

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
})
afterAll(() => rm(cwd, { recursive: true }))

test.each(['bptt', 'eligibility', 'random-bp', 'stdp'])(
  '--learner %s trains a recipe of another learner',
  async (learner) => {
    const args = ['train', '--recipe', 'demo', '--learner', learner, '--epochs', '1', '--limit', '32', '--json']
    const { code, events, stderr } = await hillock(args, { cwd })
    expect([code, stderr]).toEqual([0, ''])
    expect(events.at(-1)).toMatchObject({ event: 'result', learner, epochs: 1 })
  },
)

test('a recipe gives stdp its parts', async () => {
  const threshold = new Array(50).fill(5)
  const config = {
    extends: 'demo',
    dataset: { train: 600, test: 200 },
    steps: 50,
    encoder: { name: 'poisson', probability: 0.1 },
    network: [
      { dense: 50, weight: { uniform: [0, 0.3] }, bias: false },
      { neuron: 'kWinners', beta: 0.95, threshold, resetAmount: 0, inhibition: 1, learn: ['threshold'] },
      { dense: 10, weight: { constant: -2 }, bias: false },
      { neuron: 'linear' },
    ],
    learner: {
      name: 'stdp',
      potentiation: 0.002,
      depression: 0.002,
      total: 78,
      homeostasis: { raise: 0.05, fade: 0.001, rest: 5 },
      readout: {},
    },
    epochs: 2,
    batchSize: 5,
  }
  await writeFile(join(cwd, 'stdp.json'), JSON.stringify(config))
  const { events } = await hillock(['train', '--config', 'stdp.json', '--json'], { cwd })
  expect(events.at(-1)).toMatchObject({ event: 'result', learner: 'stdp' })
  expect(events.at(-1)!.testAccuracy).toBeGreaterThan(0.3)
})

test('an option that stdp does not have is refused by its name', async () => {
  const args = ['train', '--recipe', 'demo', '--learner', 'stdp', '--set', 'learner.potentation=1', '--json']
  const { code, events } = await hillock(args, { cwd })
  expect(code).toBe(2)
  expect(events.at(-1)).toMatchObject({
    code: 'HILLOCK_USAGE',
    message: expect.stringMatching(/did you mean 'potentiation'/),
  })
})
