import { expect, test } from '@jest/globals'
import { definitionOf, type RecipeRun, sameRun, summarize } from '../src/recipes/runs.ts'

const run = (given: Partial<RecipeRun>): RecipeRun => ({
  recipe: 'one',
  definition: definitionOf({ steps: 20 }),
  seed: 0,
  backend: 'wasm',
  threads: 2,
  epochs: 2,
  testAccuracy: 0.5,
  seconds: 10,
  cpuSeconds: 15,
  date: '2026-01-01T00:00',
  ...given,
})

test('runs of a recipe are summed up over seeds', () => {
  const runs = [run({}), run({ recipe: 'two' }), run({ seed: 1, testAccuracy: 0.7, seconds: 20, cpuSeconds: 25 })]
  expect(summarize(runs)).toEqual([
    {
      recipe: 'one',
      backend: 'wasm',
      threads: 2,
      epochs: 2,
      seeds: [0, 1],
      mean: 0.6,
      lowest: 0.5,
      highest: 0.7,
      seconds: 15,
      cpuSeconds: 20,
    },
    expect.objectContaining({ recipe: 'two', seeds: [0], mean: 0.5 }),
  ])
})

test('a run is made again for another seed, another backend, and where the recipe has changed', () => {
  expect(sameRun(run({}), run({ testAccuracy: 0.9, seconds: 1 }))).toBe(true)
  const others: Partial<RecipeRun>[] = [{ seed: 1 }, { backend: 'reference' }, { threads: 1 }, { recipe: 'two' }]
  for (const other of [...others, { definition: definitionOf({ steps: 21 }) }])
    expect(sameRun(run({}), run(other))).toBe(false)
  expect(summarize([run({}), run({ definition: definitionOf({ steps: 21 }) })])).toHaveLength(2)
})
