import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dense, lif, reference, sequential, writeSafetensors } from '@hillock/core'
import { parametersOf } from '@hillock/core/network'
import * as datasets from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { findRecipe } from '@hillock/recipes'
import { callable, made, number, other, text, whole, word } from '../../src/wrong-values.ts'
import { downloads, events } from './events.ts'
import { empty, type Factory, list, nothing, numbers, seeds, share } from './kinds.ts'
import { sizes, tasks } from './tasks.ts'

/** The bytes of an idx file of these dimensions. */
const idx = (...shape: number[]): Uint8Array => {
  const header = [0, 0, 8, shape.length, ...shape.flatMap((size) => [0, 0, 0, size])]
  return Uint8Array.from([...header, ...new Array<number>(shape.reduce((a, b) => a * b)).fill(3)])
}

// where `data` is left out, the variable would stand for it
delete process.env.HILLOCK_DATA

/** A folder with a data set of three images. */
export const folder = mkdtempSync(join(tmpdir(), 'hillock-factories-'))
for (const [name, bytes] of [
  ['train-images-idx3-ubyte', idx(3, 28, 28)],
  ['train-labels-idx1-ubyte', idx(3)],
  ['t10k-images-idx3-ubyte', idx(3, 28, 28)],
  ['t10k-labels-idx1-ubyte', idx(3)],
] as const)
  writeFileSync(join(folder, name), bytes)

const examples = datasets.glyphs({ train: 4, test: 4 }).train
const broken = [{ ...examples, images: null }, { ...examples, labels: undefined }, { images: examples.images }]
const glyphOptions = { distortion: number(1, { from: 0, to: 2 }), noise: number(0.1, share) }
const files = {
  data: other(folder, nothing, '/no/such/folder'),
  ...downloads,
  validation: whole(1, { from: 0, to: 2 }),
  seed: whole(1, seeds),
  limit: whole(2, { from: 1, to: 3 }),
}

const few = (value: unknown) => list(value) && [undefined, 1].includes((value as number[])[0])
const flat = [0, 1, 0, 1]
const demo = findRecipe('demo')
const network = sequential(
  784,
  demo.network.map((part) => ('dense' in part ? dense(part.dense as number) : lif())),
)
const weights = new Map(
  network.layers.flatMap(parametersOf).map(({ name, shape, initial }) => [name, { shape, values: initial(1) }]),
)
const model = writeSafetensors(weights, { format: 'hillock 1', recipe: JSON.stringify(demo), seed: '1', inputs: '784' })

const recipes: Readonly<Record<string, Factory>> = {
  findRecipe: { takes: [other('demo', nothing, 'demos')], needs: 1 },
  parseRecipe: { takes: [made(demo, { ...demo, steps: 0 }, { ...demo, zzz: 1 })], needs: 1 },
  loadNetwork: {
    takes: [
      other(model, nothing, new Uint8Array(0), model.slice(0, 100)),
      { options: { backend: made(reference(), reference), neurons: other({}, empty), encoders: other({}, empty) } },
    ],
    needs: 1,
  },
}

const analysis: Readonly<Record<string, Factory>> = {
  stdpCurve: {
    takes: [
      numbers(flat),
      numbers(flat),
      numbers(flat),
      {
        options: { steps: whole(4), batch: whole(1), inputs: whole(1), size: whole(1) },
        required: ['steps', 'batch', 'inputs', 'size'],
      },
      whole(1, { from: 0 }),
      callable,
    ],
    needs: 5,
  },
}

const tiny = { ...demo, dataset: { name: 'glyphs', train: 10, test: 5 }, steps: 2, epochs: 1 }

/** Data sets, and what the command line gives to programs. */
export const data: Readonly<Record<string, Readonly<Record<string, Factory>>>> = {
  '@hillock/datasets': {
    ...events(join(folder, 'n-mnist')),
    glyph: {
      takes: [whole(3, { from: 0, to: 9 }), made({ uniform: () => 0.5 }), { options: glyphOptions }],
      needs: 2,
    },
    glyphs: {
      takes: [
        {
          options: {
            ...sizes,
            ...glyphOptions,
          },
          // few, as they are made
          given: ['train', 'test'],
        },
      ],
    },
    ...tasks,
    smape: { takes: [numbers([1, 2], [[1]]), numbers([1, 3], [[1]])], needs: 2 },
    rotations: {
      takes: [
        {
          options: {
            degrees: number(10, { from: 0, to: 180 }),
            shape: numbers([28, 28], [[28], [28, 28, 1], [0, 784], [28.5, 28]]),
            seed: whole(1, seeds),
          },
          required: ['shape', 'seed'],
        },
      ],
      needs: 1,
    },
    shifts: {
      takes: [
        {
          options: {
            pixels: whole(1, { from: 0 }),
            shape: numbers([28, 28], [[28], [28, 28, 1], [0, 784], [28.5, 28]]),
            seed: whole(1, seeds),
          },
          required: ['shape', 'seed'],
        },
      ],
      needs: 1,
    },
    split: {
      takes: [
        made(examples, ...broken),
        { options: { validation: whole(1, { from: 1, to: 3 }), seed: whole(1, seeds) }, required: ['validation'] },
      ],
      needs: 2,
    },
    subset: {
      takes: [made(examples, ...broken), numbers([0, 1], [[4], [-1], [0.5]], few)],
      needs: 2,
    },
    take: { takes: [made(examples, ...broken), whole(2, { from: 1, to: 4 }), whole(0, { from: 0, to: 2 })], needs: 2 },
    summary: { takes: [made(datasets.glyphs({ train: 1, test: 1 }))], needs: 1 },
    idxExamples: {
      takes: [
        made({ shape: [1, 2], values: Uint8Array.of(0, 255) }),
        made({ shape: [1], values: Uint8Array.of(3) }),
        {
          options: {
            classes: whole(10),
            limit: whole(1, { from: 1, to: 1 }),
            names: made({ images: 'a', labels: 'b' }),
          },
        },
      ],
      needs: 2,
    },
    readIdx: {
      takes: [other(idx(1), nothing, Uint8Array.of(), Uint8Array.of(1, 2, 3), idx(2).subarray(0, 9)), text('a file')],
      needs: 1,
    },
    mnist: { takes: [{ options: { dataset: word('mnist'), ...files }, required: ['data'], given: ['waits'] }] },
    idxDataset: {
      takes: [made(datasets.sources.mnist, { name: 'mine' }), { options: files, required: ['data'], given: ['waits'] }],
      needs: 1,
    },
  },
  '@hillock/recipes': {
    ...recipes,
    runRecipe: {
      takes: [
        made(tiny, { ...tiny, steps: 0 }, { ...tiny, learner: { name: 'stdp' } }),
        {
          options: {
            learners: other({ bptt }, empty, { bptt: bptt() }),
            neurons: other({}, empty),
            encoders: other({}, empty),
            data: made(datasets.glyphs({ train: 10, test: 5 }), {}),
            backend: made(reference(), reference),
            seed: whole(1, seeds),
            signal: made(new AbortController().signal, {}),
            onEvent: callable,
          },
          required: ['learners'],
        },
      ],
      needs: 2,
    },
  },
  '@hillock/analysis': analysis,
  // their names before they had packages of their own
  hillock: { ...recipes, ...analysis },
}
