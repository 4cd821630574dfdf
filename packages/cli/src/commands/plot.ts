import { HillockError } from '@hillock/core'
import { checkPicture, writePicture } from '../output/figure-file.ts'
import { printEvent } from '../output/print-event.ts'
import { liveLine } from '../output/terminal.ts'
import { type Drawn, type DrawOptions, draw } from '../plots/draw.ts'
import { kinds } from '../plots/kinds.ts'
import { drawFile, fileOptions } from '../plots/of-file.ts'
import { openModel } from '../run/open-model.ts'

export interface PlotCommand extends Partial<DrawOptions> {
  /** A recording of events, in place of a model. */
  readonly file?: string
  readonly out?: string
  readonly json?: boolean
}

/**
 * Draws what a saved model is, what it does with an example, or how it learnt; or the events of a file. Throws HILLOCK_USAGE if an option is missing
 * or has no effect with this kind of picture, and what `draw` and `drawFile` throw.
 */
export async function plot({ out, json, file, ...options }: PlotCommand): Promise<void> {
  const { kind, model: path } = options
  if (file !== undefined) {
    checkIdle('--file', options, fileOptions(file))
    return written(out ?? 'events.svg', json, () => drawFile(file, options.sample))
  }
  if (path === undefined || kind === undefined) {
    const hint = 'give --model FILE --kind KIND, or --file RECORDING'
    throw new HillockError('HILLOCK_USAGE', `--${path === undefined ? 'model' : 'kind'} is missing`, { hint })
  }
  checkIdle(`--kind ${kind}`, options, [...kinds[kind], 'kind', 'model'])
  const { model, bytes } = await openModel(path, json)
  await written(out ?? `${kind}.svg`, json, async (status) => {
    const { figure, about } = await draw(model, bytes, { ...options, kind, model: path }, status)
    return { figure, about: { recipe: model.recipe.name, kind, ...about } }
  })
}

function checkIdle(what: string, options: object, known: readonly string[]): void {
  const idle = Object.keys(options).find((option) => !known.includes(option))
  if (idle === undefined) return
  const others = known.filter((name) => name !== 'kind' && name !== 'model').map((name) => `--${name}`)
  const hint = `omit it; the options of ${what} are ${others.join(', ') || 'none'}`
  throw new HillockError('HILLOCK_USAGE', `--${idle} has no effect with ${what}`, { hint })
}

/** Draws into a file, and says so. */
async function written(
  file: string,
  json: boolean | undefined,
  drawn: (status: (message: string) => void) => Promise<Drawn>,
): Promise<void> {
  await checkPicture(file)
  const live = liveLine(process.stderr)
  const { figure, about } = await drawn((message) => json || live.show(message, 'at once'))
  const size = await writePicture(file, figure)
  live.clear()
  if (json) printEvent('plot', { ...about, file, bytes: size })
  else process.stdout.write(`written: ${file}\n`)
}
