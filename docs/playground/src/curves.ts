import type { Line } from './pictures.ts'
import type { Point } from './state.ts'

/** Losses of several runs over the epochs. */
export function lossesOf(
  runs: readonly { readonly name: string; readonly points: readonly Point[] }[],
  epochs: number,
): { readonly lines: readonly Line[]; readonly most: number } {
  const colours = ['accent', 'second'] as const
  const lines = runs.map(({ name, points }, i): Line => {
    return { name, colour: colours[i % 2]!, points: points.map(({ at, loss }) => [at / epochs, loss]) }
  })
  return { lines, most: Math.max(0.5, ...runs.flatMap(({ points }) => points.map(({ loss }) => loss))) }
}

/** Loss and accuracy over the epochs. */
export function curvesOf(points: readonly Point[], tests: readonly (number | undefined)[], epochs: number) {
  const losses = points.map(({ loss }) => loss)
  const most = Math.max(0.5, ...losses.slice(-2000))
  const across = (at: number) => at / epochs
  const loss: Line = { name: 'loss', colour: 'accent', points: points.map((p) => [across(p.at), p.loss]) }
  const accuracy: Line[] = [
    { name: 'training accuracy', colour: 'accent', points: points.map((p) => [across(p.at), p.accuracy]) },
    {
      name: 'test accuracy',
      colour: 'second',
      dots: true,
      points: tests.map((value, i) => [across(i + 1), value ?? 0] as const),
    },
  ]
  return { loss, accuracy, most }
}
