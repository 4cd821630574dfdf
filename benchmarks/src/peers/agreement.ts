import type { Checked } from './exchange.ts'

/** How far one side is from another on the same input and weights. */
export interface Agreement {
  /** Spikes of the first side, and how many of all the places differ. */
  readonly spikes: number
  /** Whether every layer fires, and every array has a gradient: what is silent proves nothing. */
  readonly alive: boolean
  readonly differentSpikes: number
  /** The largest difference of a gradient, as a share of the largest gradient of its array. */
  readonly gradientError: number
}

/** Gradients are sums of up to some thousand terms in f32, in an order of each side's own. */
const tolerance = 2e-5

export function compare(ours: Checked, theirs: Checked): Agreement {
  let [spikes, differentSpikes, gradientError, alive] = [0, 0, 0, true]
  ours.spikes.forEach((layer, k) => {
    const other = theirs.spikes[k]!
    if (other.length !== layer.length) throw new Error(`layer ${k + 1} has ${other.length} spikes, not ${layer.length}`)
    alive &&= layer.includes(1)
    for (let i = 0; i < layer.length; i++) {
      spikes += layer[i]!
      if (layer[i] !== other[i]) differentSpikes++
    }
  })
  for (const [name, gradient] of Object.entries(ours.gradients)) {
    const other = theirs.gradients[name]!
    let [largest, worst] = [0, 0]
    for (let i = 0; i < gradient.length; i++) {
      largest = Math.max(largest, Math.abs(gradient[i]!))
      worst = Math.max(worst, Math.abs(gradient[i]! - other[i]!))
    }
    alive &&= largest > 0
    gradientError = Math.max(gradientError, largest === 0 ? worst : worst / largest)
  }
  return { spikes, differentSpikes, gradientError, alive }
}

export const agrees = ({ differentSpikes, gradientError, alive }: Agreement): boolean =>
  alive && differentSpikes === 0 && gradientError <= tolerance

/** What can be compared: a side that runs the same batch as the others. */
interface Checking {
  readonly name: string
  check(): Promise<Checked>
}

/** How far every other side is from the first. Errors: where one does not compute the same. */
export async function checkAll([first, ...others]: readonly Checking[]): Promise<Agreement[]> {
  const ours = await first!.check()
  const found: Agreement[] = []
  for (const { name, check } of others) {
    const agreement = compare(ours, await check())
    process.stderr.write(`${name}: ${JSON.stringify(agreement)}\n`)
    if (!agrees(agreement)) throw new Error(`${name} does not compute what hillock does`)
    found.push(agreement)
  }
  return found
}
