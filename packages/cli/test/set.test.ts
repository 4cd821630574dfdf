import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { findRecipe, setPath } from '@hillock/recipes'
import { describe, expect, test } from '@jest/globals'
import { chooseRecipe } from '../src/run/resolve-recipe.ts'

const demo = findRecipe('demo')
const usage = (message: RegExp) =>
  expect.objectContaining({ code: 'HILLOCK_USAGE', message: expect.stringMatching(message) })

describe('setPath', () => {
  test('changes one value and leaves the recipe it was given alone', () => {
    const before = structuredClone(demo)
    const changed = setPath(demo, 'learner.optimizer.learningRate=0.01')
    expect(changed.learner.optimizer).toEqual({ ...demo.learner.optimizer, learningRate: 0.01 })
    expect(setPath(demo, 'learner.optimizer.rate=0.01')).toEqual(changed)
    expect(demo).toEqual(before)
  })

  test('reaches into lists, and takes JSON or text', () => {
    expect(setPath(demo, 'network.0.dense=64').network[0]).toMatchObject({ dense: 64 })
    expect(setPath(demo, 'network.0.weight={"uniform":0.1}').network[0]).toMatchObject({ weight: { uniform: 0.1 } })
    expect(setPath(demo, 'network.1.reset=zero').network[1]).toMatchObject({ reset: 'zero' })
    expect(setPath(demo, 'description=a=b').description).toBe('a=b')
  })

  test('adds an option that the recipe leaves out, as a whole or at its end', () => {
    expect(setPath(demo, 'dropLast=true').dropLast).toBe(true)
    expect(setPath(demo, 'learner.window=10').learner).toMatchObject({ window: 10 })
  })

  test.each<[string, RegExp]>([
    ['epochs', /not path.to.option=value/],
    ['=3', /not path.to.option=value/],
    ['learner..rate=3', /not path.to.option=value/],
    ['__proto__.polluted=1', /not path.to.option=value/],
    ['epoch=3', /has no 'epoch'\ndid you mean 'epochs'/],
    ['lerner.rate=3', /has no 'lerner'\ndid you mean 'learner'/],
    ['learner.optimiser.rate=3', /has no 'learner.optimiser'\ndid you mean 'optimizer'/],
    ['network.4.dense=3', /^--set network.4.dense=3: the recipe has no 'network.4'\nthere are 0, 1, 2, 3$/],
    ['network.4=3', /has no 'network.4'\nthere are 0, 1, 2, 3$/],
    ['name.first=3', /has no 'name.first'/],
    ['dropLst=true', /has no 'dropLst'\ndid you mean 'dropLast'/],
    ['dataset.limti=3', /has no 'dataset.limti'\ndid you mean 'limit'/],
    ['network.length=0', /'network' is wrong|has no/],
    ['constructor.name=x', /has no 'constructor'/],
    ['epochs=many', /'epochs' is wrong/],
    ['epochs=0', /'epochs' is wrong/],
  ])('refuses %s', (assignment, message) => {
    expect(() => setPath(demo, assignment)).toThrow(usage(message))
  })
})

describe('chooseRecipe', () => {
  test('is the demo unless told otherwise', async () => {
    expect(await chooseRecipe({})).toEqual(demo)
  })

  test('applies the options of the command line, --set last', async () => {
    const recipe = await chooseRecipe({
      recipe: 'keras-lif',
      dataset: 'glyphs',
      limit: 50,
      epochs: 2,
      set: ['epochs=3', 'learner.optimizer.learningRate=0.5'],
    })
    expect(recipe.dataset).toEqual({ name: 'glyphs', limit: 50, validation: 0.2 })
    expect(recipe.epochs).toBe(3)
    expect(recipe.learner.optimizer!.learningRate).toBe(0.5)
  })

  test('another learner keeps the optimizer and nothing else', async () => {
    const { learner } = await chooseRecipe({ learner: 'random-bp' })
    expect(learner).toEqual({ name: 'random-bp', optimizer: demo.learner.optimizer })
    // it has none
    expect((await chooseRecipe({ learner: 'stdp' })).learner).toEqual({ name: 'stdp' })
    await expect(chooseRecipe({ learner: 'hebbian' })).rejects.toThrow(/layers/)
  })

  test('refuses what is not there, before anything runs', async () => {
    const refused = (code: string, message: RegExp) =>
      expect.objectContaining({ code, message: expect.stringMatching(message) })
    const plugin = refused('HILLOCK_PLUGIN', /learner 'other' is not installed/)
    await expect(chooseRecipe({ learner: 'other' })).rejects.toThrow(plugin)
    await expect(chooseRecipe({ dataset: 'mnsit' })).rejects.toThrow(refused('HILLOCK_RECIPE', /mean 'mnist'/))
    const package_ = refused('HILLOCK_PLUGIN', /neuron 'my-own' .*\n.*npm install @hillock\/neuron-my-own/)
    await expect(chooseRecipe({ set: ['network.1.neuron=my-own'] })).rejects.toThrow(package_)
  })

  test('refuses an option that the part it is set on does not take', async () => {
    await expect(chooseRecipe({ set: ['learner.optimizer.learningrat=1'] })).rejects.toThrow(
      usage(/'learningrat'\ndid you mean 'learningRate'/),
    )
    await expect(chooseRecipe({ set: ['epochs=2', 'network.1.tau=1'] })).rejects.toThrow(
      usage(/^--set epochs=2 --set network.1.tau=1: .*'tau'/),
    )
    await expect(chooseRecipe({ set: ['network.1.beta=[0.5,0.6]'] })).rejects.toThrow(usage(/^--set network.1.beta/))
  })

  test('reads a configuration that an editor has begun with a byte-order mark', async () => {
    const config = join(await mkdtemp(join(tmpdir(), 'hillock-')), 'mine.json')
    await writeFile(config, '\uFEFF{ "extends": "demo", "epochs": 3 }')
    expect(await chooseRecipe({ config })).toMatchObject({ name: 'mine', epochs: 3 })
    await rm(dirname(config), { recursive: true })
  })

  test('refuses --recipe along with --config, and a file that is not there', async () => {
    await expect(chooseRecipe({ recipe: 'demo', config: 'x.json' })).rejects.toThrow(usage(/cannot be used together/))
    await expect(chooseRecipe({ config: 'not-there.json' })).rejects.toThrow(usage(/cannot be read/))
  })
})
