import { HillockError, type Images } from '@hillock/core'
import { checkOptions, is } from '@hillock/core/options'
import { generator, stream } from '@hillock/core/random'
import { drawsFrom } from './made.ts'

/** Options of `gridWorld`. */
export interface GridWorldOptions {
  /** The goal, and where each episode starts, follow from it; from 0 to 2^32 - 1. Default: 0. */
  readonly seed?: number
  /** Cells along each side, from 2 to 16. Default: 4. */
  readonly size?: number
  /** How far a place cell responds, as the standard deviation of a Gaussian, in cells. Default: 0.4. */
  readonly spread?: number
}

/** A square of cells with one goal, for agents side by side. */
export interface GridWorld {
  /** Name of the task. */
  readonly name: string
  /** Place cells: one for each cell of the grid. */
  readonly inputs: number
  /** Actions: up, right, down, left. */
  readonly outputs: number
  /** The cell of the goal; cells are counted row by row. */
  readonly goal: number
  /** [cells]: how many actions the goal is away. */
  readonly distances: readonly number[]
  /** Starts so many agents, each at a cell that is drawn: the same for the same seed and `step`. */
  begin(count: number, step: number): void
  /** Returns [count, inputs]: the responses of each agent's place cells, from 0 to 1; 0 for an agent that has reached the goal. */
  observe(): Float32Array
  /**
   * Moves each agent, [count]; against a wall it stays. Gives the reward of each: 1 as it enters the goal, else 0. Throws HILLOCK_RANGE if an action
   * does not exist.
   */
  act(actions: ArrayLike<number>): Float32Array
  /** What the place cells respond at a cell, [inputs]. */
  seen(cell: number): Float32Array
  /** The cell that an action leads to. */
  move(cell: number, action: number): number
  /** Examples for this many episodes. They are empty, because what an agent sees depends on what it does. */
  episodes(count: number): Images
}

const moves = [
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, 0],
] as const

/**
 * A grid in which agents learn by reward alone to find a goal that they cannot see, from place cells (after Frémaux, Sprekeler and Gerstner 2013, on a
 * grid). It is an environment of `reward({ environment })` of @hillock/learner-reward.
 *
 * Throws HILLOCK_OPTION if an option is unknown or its value is not allowed, HILLOCK_RANGE if the seed is out of range.
 */
export function gridWorld(options: GridWorldOptions = {}): GridWorld {
  checkOptions('gridWorld', options, { seed: is.number(), size: is.whole(2, 16), spread: is.above(0) })
  const { seed = 0, size = 4, spread = 0.4 } = options
  const cells = size * size
  const id = drawsFrom.gridWorld
  const goal = generator(seed, stream.augment, id).integer(cells)
  const place = (cell: number): readonly [x: number, y: number] => [cell % size, Math.floor(cell / size)]
  const distance = (x: number, y: number, [a, b]: readonly [number, number]) =>
    [Math.abs(x - a), Math.abs(y - b)] as const
  let agents: number[] = []

  const world: GridWorld = {
    name: 'grid-world',
    inputs: cells,
    outputs: moves.length,
    goal,
    distances: Array.from({ length: cells }, (_, cell) => {
      const [dx, dy] = distance(...place(cell), place(goal))
      return dx + dy
    }),
    begin(count, step) {
      const random = generator(seed, stream.augment, id + 1, step)
      // Anywhere but at the goal.
      agents = Array.from({ length: count }, () => (goal + 1 + random.integer(cells - 1)) % cells)
    },
    observe() {
      const seen = new Float32Array(agents.length * cells)
      for (const [i, cell] of agents.entries()) if (cell !== goal) seen.set(world.seen(cell), i * cells)
      return seen
    },
    act(actions) {
      return Float32Array.from(agents, (cell, i) => {
        if (cell === goal) return 0
        agents[i] = world.move(cell, actions[i]!)
        return agents[i] === goal ? 1 : 0
      })
    },
    seen(cell) {
      const [x, y] = place(cell)
      return Float32Array.from({ length: cells }, (_, other) => {
        const [dx, dy] = distance(x, y, place(other))
        return Math.exp(-(dx * dx + dy * dy) / (2 * spread * spread))
      })
    },
    move(cell, action) {
      const by = moves[action]
      if (by === undefined) {
        const hint = 'actions are 0 up, 1 right, 2 down, 3 left: give the last layer 4 neurons'
        throw new HillockError('HILLOCK_RANGE', `gridWorld: there is no action ${action}`, { hint })
      }
      const [x, y] = place(cell)
      const [a, b] = [x + by[0], y + by[1]]
      return a >= 0 && a < size && b >= 0 && b < size ? b * size + a : cell
    },
    episodes: (count) => ({ images: new Float32Array(count * cells), count, features: cells }),
  }
  return world
}
