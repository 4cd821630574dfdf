import { avgPool, conv2d, dense, lif, maxPool, network, neurons, recurrent, sequential, synaptic } from '@hillock/core'
import { delayed, identity, oneToOne, quantized, share } from '@hillock/core/connections'
import { parametersOf } from '@hillock/core/network'
import { integrateAndFire, linear } from '@hillock/core/neurons'
import { triangular } from '@hillock/core/surrogates'
import { buildNetwork, networkParts, parseRecipe, recipes } from '@hillock/recipes'
import { expect, test } from '@jest/globals'

const [demo] = recipes
const few = { bits: 4, step: 0.25 }

const nets = {
  dense: sequential(6, [
    dense(4, { bias: false }),
    lif({ beta: [0.1, 0.2, 0.3, 0.4], learn: ['threshold'], surrogate: triangular() }),
    dense(2),
    linear(),
  ]),
  convolutions: sequential(
    [6, 6, 2],
    [
      conv2d(4, [3, 2], { padding: [1, 0], stride: [2, 1], groups: 2 }),
      integrateAndFire({ reset: 'zero' }),
      avgPool(2),
      maxPool(1),
      oneToOne(),
      lif({ beta: [0.9, 0.9, 0.9, 0.9], threshold: [0.5, 1, 1.5, 2], learn: ['beta'] }),
      conv2d(2, 2, { padding: 'same' }),
      lif(),
    ],
  ),
  'recurrent, delayed': sequential(3, [
    delayed(identity(), { perInput: [0, 1, 2] }),
    recurrent(synaptic(), { diagonal: false }),
    dense(2),
    recurrent(lif(), { to: 'itself', weight: 'ones' }),
  ]),
  'weights and states of few bits': sequential(3, [
    quantized(dense(4), few),
    quantized(recurrent(quantized(lif(), { bits: 8, step: 0.125 })), few),
    dense(2),
    quantized(recurrent(lif(), { to: 'itself' }), few),
  ]),
  branches: network([4, 4, 2], (input) => {
    const a = neurons(lif(), [conv2d(2, 3, { padding: 1 }), input], { name: 'a' })
    const b = neurons(lif(), [conv2d(2, 3, { padding: 1 }), a], [identity(), a], { name: 'b' })
    return neurons(lif(), [dense(3), b], [dense(3), a])
  }),
  'shared weights': network([4, 4, 2], (input) => {
    const [own, other] = [share(conv2d(2, 3, { padding: 1 })), share(dense(5, { bias: false }))]
    const a = neurons(lif(), [own, input])
    const b = neurons(lif(), [own, a], [own, input])
    return neurons(lif(), [other, a], [other, b])
  }),
}

test.each(Object.entries(nets))('what recipes say of a network makes the same network: %s', (_, net) => {
  const parts = JSON.parse(JSON.stringify(networkParts(net)))
  const recipe = parseRecipe({ ...demo, dataset: { name: 'glyphs', shape: net.shape }, network: parts })
  const again = buildNetwork(recipe, net.inputs)
  const about = ({ layers }: typeof net) =>
    layers.map((layer) => ({
      name: layer.name,
      shape: layer.shape,
      equations: layer.neuron.definition.equations,
      state: layer.neuron.definition.state,
      surrogate: layer.neuron.definition.surrogate,
      params: layer.neuron.params,
      recurrence: layer.neuron.recurrence,
      sources: layer.sources.map(({ from, parts }) => [from, parts.map(({ link }) => link)]),
      parameters: parametersOf(layer).map(({ name, shape }) => [name, shape]),
    }))
  expect(about(again)).toEqual(about(net))
})

test('what recipes have no word for is refused', () => {
  expect(() => networkParts(sequential(3, [delayed(dense(2), { steps: 1 }), lif()]))).toThrow(
    expect.objectContaining({ code: 'HILLOCK_UNSUPPORTED', message: expect.stringMatching(/layer1: .*delayed/) }),
  )
})

test('connections of one word share their weights, and are written alike', () => {
  const of = (...second: object[]) => {
    const first = { dense: 6, bias: false, share: 'own' }
    const network = [first, { neuron: 'lif' }, ...second, { neuron: 'lif' }]
    return buildNetwork(parseRecipe({ ...demo, dataset: { name: 'glyphs', shape: [6] }, network }), 6)
  }
  const namesOf = ({ layers }: ReturnType<typeof of>) =>
    layers.flatMap(({ sources }) => sources.flatMap(({ parts }) => parts.map(({ weight }) => weight)))
  expect(namesOf(of({ share: 'own', bias: false, dense: 6 }))).toEqual(['layer1.weight', 'layer1.weight'])
  expect(namesOf(of({ share: 'other', dense: 6 }))).toEqual(['layer1.weight', 'layer2.weight'])
  for (const other of [{ dense: 6 }, { dense: 5, bias: false }, { oneToOne: true, bias: false }])
    expect(() => of({ ...other, share: 'own' })).toThrow(
      expect.objectContaining({ code: 'HILLOCK_RECIPE', message: expect.stringMatching(/share 'own' differ/) }),
    )
  expect(() => of({ avgPool: 2, share: 'own' })).toThrow(expect.objectContaining({ code: 'HILLOCK_RECIPE' }))
})
