import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { digits, table } from '../markdown.ts'
import type { Report } from '../results.ts'

const wanted = 0.95
const cli = fileURLToPath(new URL('../../../packages/cli/bin/hillock.js', import.meta.url))
const mnistPy = fileURLToPath(new URL('../../peers/mnist.py', import.meta.url))
/** So many batches of the slow side are measured where it is not run to the end. */
const sample = 100

interface Event {
  readonly seconds: number
  readonly event: string
  readonly epoch?: number
  readonly testAccuracy?: number
  readonly batches?: number
  readonly testBatches?: number
}

/** Runs a command that prints one JSON object a line, and notes how long after its start each came; ends it once `enough` says so. */
async function watch(command: string, args: readonly string[], enough: (event: Event) => boolean): Promise<Event[]> {
  const start = performance.now()
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const events: Event[] = []
  const closed = new Promise((resolve) => child.once('close', resolve))
  for await (const line of createInterface({ input: child.stdout })) {
    const event = { ...JSON.parse(line), seconds: (performance.now() - start) / 1000 } as Event
    events.push(event)
    if (enough(event)) child.kill()
  }
  await closed
  return events
}

const reached = ({ testAccuracy = 0 }: Event) => testAccuracy >= wanted

/**
 * Seconds from a cold command line to 95 % of MNIST's test images. snnTorch is run to the end only with `full`; otherwise a part is
 * measured, and its seconds are reckoned for as many epochs as hillock took.
 */
export async function accuracySuite(threads: number, full: boolean): Promise<Report> {
  const args = ['train', '--recipe', 'lif-tutorial', '--limit', '60000', '--epochs', '15', '--json']
  const ours = await watch(process.execPath, [cli, ...args, '--backend', 'wasm', '--threads', `${threads}`], reached)
  const done = ours.find(reached)
  if (done === undefined) throw new Error(`hillock did not reach ${wanted}: ${JSON.stringify(ours.at(-1))}`)
  const python = process.env.PEERS_PYTHON ?? 'python3'
  const limit = full ? [] : ['--batches', `${sample}`]
  const theirs = await watch(python, [mnistPy, '--threads', `${threads}`, ...limit], () => false)
  const [seconds, how] = full ? [theirs.find(reached)!.seconds, 'measured'] : reckon(theirs, done.epoch!)
  const rows = [
    ['hillock', digits(done.seconds), `measured: ${done.epoch} epochs, accuracy ${done.testAccuracy}`],
    ['snnTorch', digits(seconds), how],
    ['ratio', `${digits(seconds / done.seconds)}x`, ''],
  ]
  return {
    name: 'accuracy',
    title: `Seconds to ${wanted * 100} % on MNIST`,
    about:
      'From a cold command line (start of the program, reading of the data) to a network that has 95 % of the test images right, looked at ' +
      `after each epoch: the recipe lif-tutorial on all 60,000 images, threads: ${threads}.`,
    figures: { hillock: ours, snnTorch: theirs, extrapolated: !full },
    tables: table([['side', 'seconds', 'how'], ...rows]),
  }
}

/** Scales what a part took to whole epochs. */
export function reckon(events: readonly Event[], epochs: number): [seconds: number, how: string] {
  const of = (name: string) => events.find(({ event }) => event === name)!
  const [start, trained, epoch] = [of('start'), of('trained'), of('epoch')]
  const perBatch = (trained.seconds - start.seconds) / sample
  const perTest = (epoch.seconds - trained.seconds) / (sample / 10)
  const seconds = start.seconds + epochs * (start.batches! * perBatch + start.testBatches! * perTest)
  return [seconds, `EXTRAPOLATED from ${sample} batches to the ${epochs} epochs that hillock took`]
}
