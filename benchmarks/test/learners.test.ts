import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Cell, cellsOf } from '../src/learners/cells.ts'
import { learnersSuite } from '../src/suites/learners.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hillock-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('there is a cell for each learner on each task, and names choose among them', () => {
  expect(cellsOf([])).toHaveLength(5 * 8)
  expect(cellsOf(['mnist/bptt', 'decolle']).map(({ task, learner }) => `${task}/${learner}`)).toEqual([
    'yin-yang/decolle',
    'mnist/bptt',
    'mnist/decolle',
    'n-mnist/decolle',
    'tones/decolle',
    'sequential-mnist/decolle',
  ])
  expect(() => cellsOf(['mnist/bpt'])).toThrow(/no cell 'mnist\/bpt': the tasks are yin-yang, mnist/)
})

/** A cell with little to do. */
const small = (task: string, learner: string, epochs: number): Cell => {
  const [cell] = cellsOf([`${task}/${learner}`])
  const dataset = { ...cell!.recipe.dataset, train: 60, test: 20 }
  return { ...cell!, recipe: { ...cell!.recipe, dataset, epochs } }
}

test('a grid searches by validation, tests the best settings once with other seeds, and says why a cell is empty', async () => {
  const options = { folder, trials: 2, seed: 0, seeds: [5], held: [] }
  const saved: string[] = []
  const graded = small('yin-yang', 'stdp', 1)
  const encoder = { name: 'constant' }
  const cells = [small('yin-yang', 'bptt', 2), { ...graded, recipe: { ...graded.recipe, encoder } }]
  const suite = () => learnersSuite({ ...options, cells, save: ({ tables }) => saved.push(tables) })
  const report = await suite()
  const [trained, refused] = (report.figures as { cells: Record<string, never>[] }).cells
  expect(trained).toMatchObject({
    trials: 2,
    chosen: { 'learner.optimizer.learningRate': expect.any(Number), 'network.*.surrogate.slope': expect.any(Number) },
    test: [
      {
        seed: 5,
        testAccuracy: expect.any(Number),
        density: [expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)],
      },
    ],
  })
  expect(refused).toEqual({
    task: 'yin-yang',
    learner: 'stdp',
    refusal: 'stdp: the input is a constant current; use an encoder that gives spikes, such as poisson',
  })
  expect(report.tables).toMatch(/\| stdp \| \(1\) \|[\s\S]*\(1\) Refused: stdp: the input is a constant current/)
  expect(saved).toHaveLength(2)
  const runs = await readdir(join(folder, 'yin-yang', 'bptt', 'search', 'runs'))
  expect(runs).toHaveLength(2)
  // all is done: nothing is trained again
  expect(await suite()).toEqual(report)
}, 60_000)
