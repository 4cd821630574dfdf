import { describe, expect, test } from '@jest/globals'
import { stream, uniform } from '../../src/random/index.ts'
import { reference } from '../../src/reference/backend.ts'
import { oracle } from '../../src/reference/oracle.ts'
import { define } from '../equations/definition.ts'
import { scan } from './scans.ts'

const [steps, batch, size] = [37, 2, 5]
const rates = Array.from(
  { length: batch * size },
  (_, i) => [0, 1, 0.5, 2 ** -24, 0.3, 1 - 2 ** -20, -1, 2, 0.01, 0.9][i]!,
)
const everyStep = Array.from({ length: steps }, () => rates).flat()
const layer = { steps, batch, size, input: rates }

/** uniform() as the definition of random numbers has it, for the place in the text. */
const drawn = (place: number) =>
  Array.from({ length: steps * batch * size }, (_, i) => {
    const [t, b, n] = [Math.floor(i / (batch * size)), Math.floor(i / size) % batch, i % size]
    return uniform(5, stream.encoding, 3 + place, 2, b, n, t)
  })

describe('uniform()', () => {
  test.each([
    ['reference', reference],
    ['oracle', oracle],
  ])('is the number that its place, row, neuron and time name, on the %s', async (_, backend) => {
    const { spike, other } = await scan(
      backend(),
      define('spike = uniform() + 0 * input\nother = uniform()', { record: ['other'] }),
      layer,
    )
    expect(spike).toEqual(drawn(0))
    expect(other).toEqual(drawn(1))
  })
})

describe('spikes drawn in blocks of 16 steps are those drawn one by one', () => {
  const wanted = (place: number, p: (i: number) => number) => drawn(place).map((u, i) => +(u < Math.fround(p(i))))
  const rate = (i: number) => rates[i % rates.length]!

  test('where the draw is all there is', async () => {
    const definition = define('spike = uniform() < input')
    const { spike } = await scan(reference(), definition, layer)
    expect(spike).toEqual(wanted(0, rate))
    expect((await scan(reference(), definition, { ...layer, input: everyStep })).spike).toEqual(spike)
  })

  test('where it is recorded under another name, and carried, too', async () => {
    const definition = define('pre = uniform() < input\nspike = pre\nlast = pre', {
      record: ['pre'],
      state: { last: 0 },
    })
    const results = await scan(reference(), definition, layer)
    for (const name of ['spike', 'pre', 'last']) expect([name, results[name]]).toEqual([name, wanted(0, rate)])
  })

  test('where there are several, among other things', async () => {
    const definition = define(
      'a = uniform() < input\nb = uniform() < exp(-p)\nv = v + a - b\nspike = (uniform() < 0.25) * v',
      {
        record: ['a', 'b'],
        params: ['p'],
        state: { v: 0 },
      },
    )
    const p = [0.1, 0.5, 1, 2, 4]
    const results = await scan(reference(), definition, { ...layer, params: { p } })
    expect(results.a).toEqual(wanted(0, rate))
    expect(results.b).toEqual(wanted(1, (i) => Math.exp(-p[i % size]!)))
    const third = wanted(2, () => 0.25)
    expect(results.spike?.map((value) => value + 0)).toEqual(results.v!.map((v, i) => v * third[i]! + 0))
  })

  test('where the probability is that of a whole layer', async () => {
    const definition = define('spike = (uniform() < total(p) / 4) + 0 * input', { params: ['p'] })
    const { spike } = await scan(reference(), definition, { ...layer, params: { p: [0.5, 0.25, 0, 0, 0.5] } })
    expect(spike).toEqual(wanted(0, () => 1.25 / 4))
  })
})
