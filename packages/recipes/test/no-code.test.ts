import { readSafetensors, writeSafetensors } from '@hillock/core'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { z } from 'zod'
import { buildLoss, buildNetwork, findRecipe, loadNetwork, parseRecipe, writeModel } from '../src/index.ts'

const custom = {
  name: 'mine',
  params: { beta: 0.9, threshold: 1 },
  state: { v: 'beta * 0' },
  equations: 'u = beta * v + input\nspike = heaviside(u - threshold)\nv = u - spike',
}
const network = [
  { dense: 3 },
  { neuron: custom, surrogate: { name: 'arctan', alpha: 2 } },
  { dense: 10 },
  { neuron: 'lif' },
]
const recipe = { ...findRecipe('demo'), network } as unknown as ReturnType<typeof findRecipe>
const built = buildNetwork(recipe, 4)
const weights = new Map(
  built.layers.flatMap(({ name, inputs, size }) => [
    [`${name}.weight`, { shape: [inputs, size], values: new Float32Array(inputs * size).fill(1) }],
    [`${name}.bias`, { shape: [size], values: new Float32Array(size) }],
  ]),
)
const { tensors, metadata } = readSafetensors(writeModel(built, weights, { recipe, seed: 1, epochs: 1 }, {}))

/** What would tell if it were run, in the guises that break out of text, comments, templates and parentheses. */
const marker = 'zqRan'
const payloads = [
  `globalThis.${marker} = 1`,
  `1); globalThis.${marker} = 1; (1`,
  `\`}; globalThis.${marker} = 1 //`,
  `'];globalThis.${marker}=1;['`,
  `\${globalThis.${marker} = 1}`,
  `*/globalThis.${marker} = 1/*`,
  `x\nglobalThis.${marker} = 1`,
]

/** Every copy of a value with one text in it, or one key, replaced. */
function* replaced(value: unknown, by: string): Generator<unknown> {
  if (typeof value === 'string' || typeof value === 'number') yield by
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    const whole = (name: string, put: unknown) =>
      Array.isArray(value) ? value.with(Number(key), put) : { ...value, [key]: undefined, [name]: put }
    for (const changed of replaced(inner, by)) yield whole(key, changed)
    if (!Array.isArray(value)) yield whole(by, inner)
  }
}

let printed: string[]
const whole = globalThis.Function
beforeEach(() => {
  printed = []
  globalThis.Function = new Proxy(whole, {
    construct(target, args: string[]) {
      printed.push(args.join('\n'))
      return Reflect.construct(target, args)
    },
  })
})
afterEach(() => {
  globalThis.Function = whole
})

test('reading a recipe makes no code, not even as a try that a page could forbid', () => {
  const { jitless } = z.config()
  parseRecipe(recipe)
  expect(() => buildLoss({ ...recipe, loss: { name: 'crossEntropy', over: 1 } })).toThrow()
  expect(printed).toEqual([])
  // schemas of the page's own are made as it says
  expect(z.config().jitless).toBe(jitless)
  expect(z.object({ a: z.string() }).safeParse({ a: '' }).success).toBe(true)
  expect(printed.length).toBeGreaterThan(0)
})

test('a model file cannot run code, wherever in it that stands', async () => {
  const images = { images: Float32Array.of(0, 0.5, 1, 1), labels: Uint8Array.of(0), count: 1, features: 4, classes: 10 }
  const use = async (text: string) => {
    const { session } = loadNetwork(writeSafetensors(tensors, { ...metadata, recipe: text }))
    await session.evaluate(images)
    await session.dispose()
  }
  await use(metadata.recipe!)
  expect(printed.length).toBeGreaterThan(1)
  let [tried, used] = [0, 0]
  for (const payload of payloads) {
    for (const changed of replaced(recipe, payload)) {
      tried++
      await use(JSON.stringify(changed)).then(
        () => used++,
        (error) => expect(error).toMatchObject({ code: expect.stringMatching(/^HILLOCK_/) }),
      )
    }
  }
  expect(globalThis).not.toHaveProperty(marker)
  expect(printed.filter((code) => code.includes(marker))).toEqual([])
  // some texts, such as names, mean nothing and stand where they please
  expect([tried > 300, used > 10]).toEqual([true, true])
}, 60_000)
