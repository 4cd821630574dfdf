import type { TopLevelSpec } from 'vega-lite'

/**
 * A plot as data: a Vega-Lite specification, which `toSvg` and `toPng` draw. You may change anything in it before.
 * @see https://vega.github.io/vega-lite/docs/spec.html
 */
export type Figure = TopLevelSpec

/** A part of a figure: one view, or several side by side or below each other. */
export type Part = Composed['vconcat'][number]

/** A figure of parts. */
export type Composed = Extract<Figure, { vconcat: unknown }>

/** Colours that tell things apart, for eyes that do not see all of them too. */
export const colours = {
  ink: '#222222',
  grey: '#8a8a8a',
  frame: '#c8c8c8',
  blue: '#1f6fb4',
  red: '#c0392b',
  green: '#17805a',
  orange: '#d98200',
  violet: '#7b4fa3',
} as const

/** As wide as Arial, so that a picture looks the same wherever it is shown. */
export const font = 'Arimo, Arial, Helvetica, sans-serif'

/**
 * Parts below each other under a title, on white. With `stacked`, panels alone, they are so far apart, whatever is written at their sides.
 */
export function figure(
  title: string | undefined,
  parts: readonly Part[],
  { stacked }: { readonly stacked?: number } = {},
): Composed {
  return {
    background: 'white',
    padding: 12,
    ...(title !== undefined && { title: { text: title, anchor: 'start', offset: 12 } }),
    vconcat: [...parts],
    ...(stacked === undefined ? { spacing: 14 } : { spacing: stacked, bounds: 'flush' }),
    config: {
      font,
      title: { fontSize: 14, fontWeight: 'bold', color: colours.ink },
      axis: { labelFontSize: 11, titleFontSize: 11, titleFontWeight: 'normal', labelColor: colours.ink, grid: false },
      legend: {
        labelLimit: 0,
        labelFontSize: 11,
        titleFontSize: 11,
        titleFontWeight: 'normal',
        labelColor: colours.ink,
      },
      view: { stroke: colours.frame },
    },
  }
}

/** A title over one panel of several. */
export const titleOf = (text: string) =>
  ({ text, fontSize: 12, fontWeight: 'normal', anchor: 'start', frame: 'group', offset: 6 }) as const
