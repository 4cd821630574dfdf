import { Argument } from 'commander'
import { collect, counts, list, numbers, oneOf, whole } from './option-values.ts'
import { plotKinds } from './plots/kinds.ts'
import {
  type Add,
  backend,
  data,
  device,
  dt,
  json,
  method,
  option,
  seed,
  simulators,
  threads,
  timeUnit,
} from './shared-options.ts'

const analyses = ['stdp'] as const

/** Adds the commands for saved models and files of networks. */
export function modelCommands(add: Add): void {
  add('evaluate', 'Measure a saved model on the test set.', 'hillock evaluate --model out/model.safetensors')
    .requiredOption('--model <file>', 'the model.safetensors that train wrote')
    .option('--dataset <name>', 'use another data set than in training')
    .addOption(data())
    .addOption(backend())
    .addOption(device())
    .addOption(threads())
    .addOption(json())
    .action(async (options) => (await import('./commands/evaluate.ts')).evaluate(options))

  add('analyze', 'Analyze a network.', 'hillock analyze stdp --model out/model.safetensors --out stdp.svg')
    .addArgument(
      new Argument('<what>', 'stdp: how weights change by spike timing').choices(analyses).argParser(oneOf(analyses)),
    )
    .option('--model <file>', 'the model.safetensors that train wrote')
    .option('--recipe <name>', 'analyze an untrained recipe (default: "demo")')
    .option('--config <file>', 'a recipe as JSON')
    .option('--dataset <name>', 'use another data set')
    .addOption(data())
    .option('--set <path=value>', 'change anything in the recipe (repeatable)', collect)
    .option('--neurons <names>', "use these neurons instead of the recipe's, separated by commas", list)
    .option('--surrogates <names>', "use these surrogates instead of the recipe's, separated by commas", list)
    .option('--examples <n>', 'use the first n examples of the test set (default: 64)', whole(1))
    .option('--window <n>', 'the longest time between spikes, in steps', whole(0), 5)
    .addOption(backend())
    .addOption(device())
    .addOption(seed())
    .option('--out <file>', 'draw the curves, as FILE.svg or FILE.png')
    .addOption(json())
    .action(async (what, { neurons = [undefined], surrogates = [undefined], ...rest }) =>
      (await import('./commands/analyze.ts')).analyze(what, { ...rest, neurons, surrogates }),
    )

  add(
    'plot',
    'Draw a saved model, or a recording of events.',
    'hillock plot --model out/model.safetensors --kind raster --out raster.png\n  $ hillock plot --file recording.aedat4 --out events.png',
  )
    .option('--model <file>', 'the model.safetensors that train wrote')
    .addOption(option('--kind <kind>', 'what of the model to draw', plotKinds))
    .option('--file <recording>', 'draw events: AEDAT, EVT2, EVT3, DAT, N-MNIST, SLAYER, CSV, NPY, HDF5 of SHD')
    .option('--sample <n>', 'which example of the test set, or recording of HDF5, from 0 (default: 0)', whole(0))
    .option('--layer <name>', 'which layer, such as layer1 or 1 (default: the first)')
    .option('--neurons <n,n,...>', 'which neurons of the layer, counted from 0', numbers)
    .option('--show <names>', 'states or recorded values, `spike` for the output, separated by commas', list)
    .option('--dataset <name>', 'use another data set than in training')
    .addOption(data())
    .addOption(backend())
    .addOption(device())
    .addOption(threads())
    .option('--out <file>', 'FILE.svg or FILE.png (default: KIND.svg, or events.svg)')
    .addOption(json())
    .action(async (options) => (await import('./commands/plot.ts')).plot(options))

  add(
    'convert',
    'Make a model of relu neurons spike.',
    'hillock convert --model out/model.safetensors --steps 16,64 --out spiking',
  )
    .requiredOption('--model <file>', 'the model.safetensors that train wrote')
    .option('--steps <n,n,...>', 'how long an example is shown; each is measured, the last is written', counts, [64])
    .option('--examples <n>', 'how many training examples say how large values are (default: 1000)', whole(1))
    .addOption(data())
    .addOption(backend())
    .addOption(device())
    .addOption(threads())
    .option('--out <dir>', 'write model.safetensors there')
    .addOption(json())
    .action(async (options) => (await import('./commands/convert.ts')).convertModel(options))

  add('import', 'Read a NIR file as a model.', 'hillock import net.nir --dt 1e-4 --out out')
    .argument('<file>', 'a .nir file')
    .addOption(dt())
    .addOption(timeUnit())
    .addOption(method())
    .addOption(option('--reset <kind>', 'what a spike does to the membrane (default: "zero")', ['zero', 'subtract']))
    .addOption(option('--as <name>', 'run it as this simulator does', simulators))
    .option('--dataset <name>', 'the data set that you will use (default: "mnist")')
    .option('--steps <n>', 'number of time steps for each example (default: 100)', whole(1))
    .option('--set <path=value>', 'change anything in the recipe of the model (repeatable)', collect)
    .requiredOption('--out <dir>', 'write model.safetensors there')
    .addOption(json())
    .action(async (file, options) => (await import('./commands/import.ts')).importNir(file, options))

  add('export', 'Write a model as a NIR file.', 'hillock export --model out/model.safetensors --nir net.nir')
    .requiredOption('--model <file>', 'the model.safetensors that train or import wrote')
    .requiredOption('--nir <file>', 'the file to write')
    .addOption(dt())
    .addOption(timeUnit())
    .addOption(method())
    .addOption(json())
    .action(async (options) => (await import('./commands/export.ts')).exportNir(options))
}
