import { wasm } from '@hillock/backend-wasm'
import {
  constant,
  createSession,
  crossEntropy,
  HillockError,
  type Learner,
  readSafetensors,
  type Session,
} from '@hillock/core'
import { glyphs, subset } from '@hillock/datasets'
import { loadNetwork, unpackModel } from '@hillock/recipes'
import { drawn, frameOf, partsOf } from '../frame.ts'
import type { OpenReport, OpenRequest, OpenShown } from './messages.ts'
import { layersOf, tensorOf } from './summary.ts'

const post = (report: OpenReport, transfer: Transferable[] = []) => self.postMessage(report, { transfer })

type Open = Extract<OpenRequest, { type: 'open' }>

/** A network at work, and how long it is shown something. */
interface Running {
  readonly session: Session
  readonly steps: number
}

const learner: Learner = { name: 'none', step: async () => ({ loss: 0, correct: 0 }) }

const inputs = 28 * 28
let digits: ReturnType<typeof glyphs> | undefined

/** A file of NIR: its network on a current that does not change. */
async function openNir({ name, bytes, meaning, steps }: Open): Promise<Running> {
  const { readNir } = await import('@hillock/nir')
  const { network, snapshot, notes } = readNir(bytes, meaning!)
  const parts = { network, snapshot, learner, encoder: constant(), loss: crossEntropy(), steps }
  const session = createSession({ ...parts, backend: await wasm({ threads: 1 }) })
  const told = notes.map(({ node, field, text }) => `${node}${field ? `.${field}` : ''}: ${text}`)
  post({
    type: 'opened',
    opened: {
      name,
      tensors: Array.from(snapshot, ([tensor, saved]) => tensorOf(tensor, saved)),
      network: { inputs: network.inputs, steps, encoder: 'constant', layers: layersOf(network) },
      notes: told,
    },
  })
  return { session, steps }
}

/** A file of tensors: a network too, where hillock wrote it. */
async function openTensors({ name, bytes }: Open): Promise<Running | undefined> {
  const tensors = Array.from(readSafetensors(bytes).tensors, ([tensor, saved]) => tensorOf(tensor, saved))
  try {
    unpackModel(bytes, name)
  } catch (error) {
    if (!(error instanceof HillockError && error.code === 'HILLOCK_UNSUPPORTED')) throw error
    post({ type: 'opened', opened: { name, tensors, network: undefined, notes: [error.message] } })
    return undefined
  }
  const { session, recipe } = loadNetwork(bytes, { backend: await wasm({ threads: 1 }) })
  const { network, unused } = session
  const { steps, encoder } = recipe
  const notes = unused.length > 0 ? [`the network has no use for ${unused.join(', ')}`] : []
  const about = { inputs: network.inputs, steps, encoder: encoder.name, layers: layersOf(network) }
  post({ type: 'opened', opened: { name, tensors, network: about, notes } })
  return { session, steps }
}

async function show({ session, steps }: Running, shown: OpenShown): Promise<void> {
  const { network } = session
  const classes = network.layers.at(-1)!.size
  const labelled = 'example' in shown && network.inputs === inputs && classes === 10
  digits ??= labelled ? glyphs({ train: 10, test: 100 }) : undefined
  const level = 'level' in shown ? shown.level : 1
  const example = labelled
    ? subset(digits!.test, [shown.example % digits!.test.count])
    : drawn(new Float32Array(network.inputs).fill(level), classes)
  const frame = await frameOf(session, steps, example, { labelled, pick: shown.pick })
  post({ type: 'frame', frame }, partsOf(frame))
}

let running: Running | undefined

async function answer(request: OpenRequest): Promise<void> {
  if (request.type === 'show') return running && show(running, request.shown)
  await running?.session.dispose()
  running = undefined
  running = await (request.meaning ? openNir(request) : openTensors(request))
}

/** One thing at a time. */
let last: Promise<void> = Promise.resolve()

self.onmessage = ({ data }: MessageEvent<OpenRequest>) => {
  last = last.then(() => answer(data)).catch((error: Error) => post({ type: 'failed', message: error.message }))
}
