import {
  type Backend,
  type BatchProgress,
  dense,
  dropout,
  HillockError,
  type Network,
  type Neuron,
  network,
  neurons,
  recurrent,
  type Session,
  sequential,
  type TrainOptions,
} from '@hillock/core'
import { conv1d } from '@hillock/core/connections'
import type { Input, Population } from '@hillock/core/network'
import { expectSame } from './assert.ts'
import type { Check } from './suite.ts'

/** Makes a network of layers of these sizes. */
export type Build = (inputs: number, sizes: readonly number[], of: () => Neuron) => Network

/** Dense layers, one after another. */
export const layered: Build = (inputs, sizes, of) =>
  sequential(
    inputs,
    sizes.flatMap((units) => [dense(units, { weight: 'heUniform' }), of()]),
  )

const rest = (sizes: readonly number[], of: () => Neuron) => sizes.slice(1).flatMap((units) => [dense(units), of()])

/** Each layer has a second source. */
const joined =
  (second: (below: Input | Population, input: Input) => Input | Population): Build =>
  (inputs, sizes, of) =>
    network(inputs, (input) => {
      let top: Population | undefined
      for (const units of sizes) {
        const below = top ?? input
        top = neurons(of(), [dense(units), below], [dense(units), second(below, input)])
      }
      return top!
    })

const structures = {
  /** Two sources of one current. */
  branches: joined((below) => below),
  /** A source that skips layers. */
  skip: joined((_, input) => input),
  convolution: (inputs, sizes, of) => sequential([inputs, 1], [conv1d(sizes[0]!, inputs), of(), ...rest(sizes, of)]),
  dropout: (inputs, sizes, of) => sequential(inputs, [dropout(0.2), dense(sizes[0]!), of(), ...rest(sizes, of)]),
  recurrent: (inputs, sizes, of) => sequential(inputs, [dense(sizes[0]!), recurrent(of()), ...rest(sizes, of)]),
} satisfies Record<string, Build>

/** What a network may have besides dense layers, one after another. */
export type Structure = keyof typeof structures

/**
 * Networks of other structures. A structure that is named is trained: all weights change, and a session that moves to another backend halfway
 * gets the same bits. Another is refused with HILLOCK_UNSUPPORTED. Where none are named, either will do, but no weights are left out silently.
 */
export function otherStructures(
  test: Check,
  named: 'all' | readonly Structure[] | undefined,
  start: (how: { readonly build: Build }) => Promise<Session>,
  train: (session: Session, options: TrainOptions) => Promise<unknown>,
  device: () => Promise<Backend>,
): void {
  const weightsOf = async (session: Session) => {
    const found = [...(await session.snapshot())].filter(([own]) => /\.(weight|recurrent)/.test(own))
    return new Map(found.map(([own, { values }]) => [own, values]))
  }
  const allChange = async (build: Build, epochs: number) => {
    const session = await start({ build })
    try {
      const before = await weightsOf(session)
      await train(session, { epochs })
      const after = await weightsOf(session)
      for (const [name, values] of before)
        if (values.every((value, i) => value === after.get(name)![i])) throw new Error(`${name} is as before`)
      return after
    } finally {
      await session.dispose()
    }
  }
  for (const [what, build] of Object.entries(structures)) {
    const wanted = named && (named === 'all' || named.includes(what as Structure) ? 'trains' : 'refuses')
    test(`${wanted ?? 'trains or refuses'} a network of another structure: ${what}`, async () => {
      try {
        const straight = await allChange(build, wanted ? 1 : 2)
        if (wanted === 'refuses') throw new Error('it was trained')
        if (wanted === undefined) return
        const session = await start({ build })
        const onBatch = async ({ epoch, batch }: BatchProgress) => {
          if (epoch === 1 && batch === 2) await session.use(await device())
        }
        await train(session, { epochs: 1, onBatch })
        for (const [name, values] of await weightsOf(session)) expectSame(name, values, straight.get(name)!)
        await session.dispose()
      } catch (error) {
        const refused = error instanceof HillockError && error.code === 'HILLOCK_UNSUPPORTED'
        if (!refused || wanted === 'trains') throw error
      }
    })
  }
}
