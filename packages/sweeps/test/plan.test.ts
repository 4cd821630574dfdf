import { findRecipe } from '@hillock/recipes'
import { describe, expect, test } from '@jest/globals'
import { drawnRuns, parsePlan, parseRange, parseSweep, planSweep, sweptRuns } from '../src/index.ts'

const demo = findRecipe('demo')
const recipe = { ...demo, dataset: { ...demo.dataset, validation: 0.2 } }
const settings = sweptRuns(recipe, [parseSweep('hidden=8,16')])
const plan = planSweep({ recipe, settings, seeds: [0, 1], version: '1.2.3' })

describe('a plan', () => {
  test('has every setting with every seed, each changed as it says', () => {
    const facts = plan.runs.map(({ settings, seed, recipe: { network } }) => [settings.hidden, seed, network[0]])
    expect(facts).toEqual([
      [8, 0, expect.objectContaining({ dense: 8 })],
      [8, 1, expect.objectContaining({ dense: 8 })],
      [16, 0, expect.objectContaining({ dense: 16 })],
      [16, 1, expect.objectContaining({ dense: 16 })],
    ])
  })

  test('gives a run an id by what defines it, not by how it is written', () => {
    const ids = (changes: object) =>
      planSweep({ recipe, settings, seeds: [0, 1], version: '1.2.3', ...changes }).runs.map(({ id }) => id)
    const known = ids({})
    expect(new Set(known).size).toBe(4)
    expect(ids({ recipe: Object.fromEntries(Object.entries(recipe).reverse()) })).toEqual(known)
    const others = [
      { version: '1.2.4' },
      { backend: 'reference' },
      { recipe: { ...recipe, epochs: 9 } },
      { seeds: [2, 3] },
    ]
    for (const changes of others) expect(ids(changes).filter((id) => known.includes(id))).toEqual([])
  })

  test('comes back as it was written, and is refused where anything of it was altered', () => {
    const text = JSON.stringify(plan)
    expect(parsePlan(text, 'a file')).toEqual(plan)
    const refused = (altered: string, message: RegExp) =>
      expect(() => parsePlan(altered, 'a file')).toThrow(
        expect.objectContaining({
          code: expect.stringMatching(/DAMAGED|RECIPE/),
          message: expect.stringMatching(message),
        }),
      )
    refused(text.slice(0, -9), /not JSON/)
    refused('[]', /not a sweep/)
    refused(text.replace('"dense":16', '"dense":17'), /run 2 was altered/)
    refused(text.replace('"seed":1', '"seed":4'), /run 1 was altered/)
    refused(text.replace('"seed":1', '"seed":-1'), /run 1 is none/)
    refused(text.replace('1.2.3', '1.2.4'), /run 0 was altered/)
    refused(text.replace('"steps":20', '"steps":0'), /'steps' is wrong/)
  })

  test('needs validation, and no run twice', () => {
    expect(() => planSweep({ recipe: demo, settings, seeds: [0], version: '1' })).toThrow(
      /no validation set.*dataset.validation/s,
    )
    expect(() => planSweep({ recipe, settings, seeds: [1, 1], version: '1' })).toThrow(
      /hidden=8, seed 1 is there twice/,
    )
  })
})

describe('a random search', () => {
  const ranges = [
    parseRange('learner.optimizer.learningRate=log(1e-4,1e-1)')!,
    parseRange('hidden=int(8,64)')!,
    { ...parseSweep('network.1.reset=zero,subtract'), kind: 'choice' as const },
  ]

  test('draws from its ranges, the same for the same seed', () => {
    const runs = drawnRuns(recipe, ranges, 300, 1)
    expect(drawnRuns(recipe, ranges, 300, 1)).toEqual(runs)
    expect(drawnRuns(recipe, ranges, 300, 2)).not.toEqual(runs)
    // More trials begin with the same ones.
    expect(drawnRuns(recipe, ranges, 3, 1)).toEqual(runs.slice(0, 3))
    const of = (name: string) => runs.map(({ sweep }) => sweep[name] as number)
    const rates = of('learner.optimizer.learningRate')
    expect([Math.min(...rates) >= 1e-4, Math.max(...rates) <= 1e-1]).toEqual([true, true])
    // A third of them in each decade.
    for (const low of [1e-4, 1e-3, 1e-2])
      expect(rates.filter((rate) => rate >= low && rate < 10 * low).length / 300).toBeCloseTo(1 / 3, 0.9)
    const sizes = of('hidden')
    expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([8, 64])
    expect(new Set(of('network.1.reset'))).toEqual(new Set(['zero', 'subtract']))
    expect(runs[0]!.set).toContain(`network.0.dense=${sizes[0]}`)
  })

  test.each(['a=log(0,1)', 'a=uniform(1,1)', 'a=int(1,2.5)', 'a=log(1)', 'a=uniform(a,b)'])('refuses %s', (text) => {
    expect(() => parseRange(text)).toThrow(expect.objectContaining({ code: 'HILLOCK_USAGE' }))
  })

  test('is no grid', () => {
    expect(parseRange('hidden=8,16')).toBeUndefined()
  })
})
