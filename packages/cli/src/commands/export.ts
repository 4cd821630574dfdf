import type { NirOptions } from '@hillock/nir'
import { writeWhole } from '../output/files.ts'
import { printEvent } from '../output/print-event.ts'
import { openModel } from '../run/open-model.ts'

export interface ExportCommand {
  readonly model: string
  readonly nir: string
  readonly dt?: number
  readonly timeUnit?: NirOptions['timeUnit']
  readonly method?: NirOptions['method']
  readonly json?: boolean
}

/** Writes a saved model as a NIR file. Throws what `openModel`, `writeNir` and `writeWhole` throw. */
export async function exportNir({ model: path, nir, dt, timeUnit, method, json }: ExportCommand): Promise<void> {
  const { timeOf, writeNir } = await import('@hillock/nir')
  const { model } = await openModel(path, json)
  const own = timeOf(model.network)
  const time = { dt: dt ?? own.dt ?? 1e-3, timeUnit: timeUnit ?? 's', method: method ?? own.method ?? 'euler' } as const
  const { bytes, options } = writeNir(model.network, model.weights, time)
  await writeWhole(nir, bytes)
  if (json) printEvent('export', { recipe: model.recipe.name, ...options, file: nir, bytes: bytes.length })
  else {
    const { reset } = options
    process.stdout.write(
      `read it with --dt ${time.dt} --time-unit ${time.timeUnit} --method ${time.method} --reset ${reset}\nwritten: ${nir}\n`,
    )
  }
}
