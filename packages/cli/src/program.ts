import { choices, HillockError } from '@hillock/core/errors'
import { pluginKinds } from '@hillock/recipes/plugin-names'
import { Argument, Command } from 'commander'
import { version } from './home.ts'
import { collect, counts, list, numbers, oneOf, refuseNothing, seconds, seeds, shard, whole } from './option-values.ts'
import { fail } from './output/failure.ts'
import { plotKinds } from './plots/kinds.ts'
import { shapes } from './shapes.ts'
import {
  backend,
  data,
  device,
  dt,
  json,
  method,
  option,
  searches,
  seed,
  simulators,
  tests,
  threads,
  timeUnit,
} from './shared-options.ts'

const analyses = ['stdp'] as const

/** The command line as a tree of commands. */
export function createProgram(): Command {
  const program = new Command('hillock')
    .description('Train and run spiking neural networks.')
    .version(version(), '-v, --version')
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .hook('preAction', (_, command) => {
      const extra = command.args[command.registeredArguments.length]
      if (extra === undefined) return
      const hint = `hillock ${command.name()} --help lists the options`
      throw new HillockError('HILLOCK_USAGE', `${command.name()} does not take '${extra}'`, { hint })
    })

  const add = (name: string, description: string, example: string) =>
    program
      .command(name)
      .allowExcessArguments()
      .description(description)
      .addHelpText('after', `\nExample:\n  $ ${example}`)

  add('train', 'Train a recipe.', 'hillock train --recipe lif-tutorial --data ./data --epochs 3 --out out')
    .option('--recipe <name>', 'a recipe of `hillock recipes` (default: "demo")')
    .option('--config <file>', 'your own recipe as JSON, or { "extends": "demo", ... } to change one')
    .option(
      '--dataset <name>',
      'train on another data set: glyphs, yin-yang, tones, mnist, fashion-mnist, kmnist, n-mnist, shd, ssc',
    )
    .addOption(data())
    .option('--learner <name>', 'train with another learning rule and the same optimizer')
    .addOption(backend())
    .addOption(device())
    .addOption(threads())
    .option('--epochs <n>', 'number of epochs', whole(1))
    .option('--limit <n>', 'train on at most the first n examples; the test set stays whole', whole(1))
    .addOption(seed())
    .option(
      '--set <path=value>',
      'change anything in the recipe: learner.optimizer.learningRate=0.01 (repeatable)',
      collect,
    )
    .option('--out <dir>', 'write checkpoint.safetensors, model.safetensors, report.json and spikes.svg there')
    .option('--report', 'also write report.html: the run as one page')
    .addOption(option('--test <when>', 'when to test: each epoch, after the last, or never (default: each)', tests))
    .option('--metrics', 'also write metrics.jsonl: one line for each epoch')
    .option('--tensorboard', 'also write an event file for TensorBoard')
    .option('--force', 'overwrite the run in --out')
    .option('--resume <dir>', 'resume the run in this folder; the result is the same as without the stop')
    .option('--sweep <path=a,b,...>', 'train once for each value, such as hidden=32,64 (repeatable)', collect)
    .addOption(json())
    .action(async ({ sweep: sweeps, ...options }) => {
      if (sweeps) await (await import('./commands/train-sweep.ts')).trainSweep(options, sweeps)
      else await (await import('./commands/train.ts')).train(options)
    })

  add(
    'sweep',
    'Train a recipe with many settings and seeds, and rank them by validation.',
    'hillock sweep --recipe mnist-bptt --sweep hidden=64,256 --seeds 0..2 --out sweeps/a --jobs 2',
  )
    .option('--recipe <name>', 'a recipe of `hillock recipes` (default: "demo")')
    .option('--config <file>', 'a recipe as JSON')
    .option('--dataset <name>', 'use another data set')
    .addOption(data())
    .option('--learner <name>', 'train with another learning rule and the same optimizer')
    .addOption(backend())
    .option('--epochs <n>', 'number of epochs', whole(1))
    .option('--limit <n>', 'train on at most the first n examples', whole(1))
    .option('--set <path=value>', 'change anything in the recipe (repeatable)', collect)
    .option(
      '--sweep <path=a,b,...>',
      'values to try, or with --trials a range: log(1e-4,1e-1), uniform(0,1), int(8,64) (repeatable)',
      collect,
    )
    .addOption(option('--search <kind>', 'how to find settings (default: grid; with --trials random)', searches))
    .option('--trials <n>', 'try this many settings; they follow from the first seed', whole(1, 10_000))
    .addOption(option('--stop <kind>', 'stop runs early that do worse than others: asha', ['asha']))
    .option('--seeds <n,n,...>', 'seeds, or a range such as 0..4 (default: 0)', seeds)
    .option('--jobs <n>', 'how many runs to train in parallel (default: 1)', whole(1, 1024))
    .option('--shard <k/n>', 'only the k-th of n parts of the runs, to divide them among machines', shard)
    .option('--index <n>', 'only this run, counted from 0, for job arrays', whole(0))
    .option('--workers <url>', 'queue the runs for `hillock worker`, on any machine: redis://host:6379')
    .option('--tensorboard', 'write an event file for TensorBoard for each run')
    .option('--out <dir>', 'the folder of the sweep; if it holds one, resume it')
    .option('--status <dir>', 'show the progress of the sweep in a folder')
    .option('--plot <file>', 'with --status: draw settings and what they reach in validation, as FILE.svg or FILE.png')
    .addOption(json())
    .action(async (options) => (await import('./commands/sweep.ts')).sweep(options))

  add(
    'worker',
    'Train runs of a sweep that was started elsewhere, until none is left.',
    'hillock worker redis://localhost:6379 --out sweeps/a --slots 2',
  )
    .argument('<url>', 'address of the queue: redis://, rediss:// or unix://')
    .requiredOption('--out <dir>', 'the folder of the sweep, on storage that all workers share')
    .option('--slots <n>', 'how many runs to train in parallel (default: 1)', whole(1, 1024))
    .option('--lost-after <seconds>', 'give up a run whose worker is silent for this long (default: 30)', seconds)
    .option('--tensorboard', 'write an event file for TensorBoard for each run')
    .addOption(data())
    .addOption(json())
    .action(async (url, options) => (await import('./commands/worker.ts')).worker(url, options))

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

  add('bench', 'Time training batches.', 'hillock bench --recipe demo --backends reference,wasm --batches 40')
    .option('--recipe <name>', 'a recipe (repeatable; default: "demo")', collect)
    .option('--backends <names>', 'backends to compare, separated by commas', list)
    .option('--backend <name>', 'one backend (repeatable; default: as in training)', list)
    .addOption(threads())
    .option('--batches <n>', 'how many batches to time, after warming up', whole(1), 40)
    .addOption(data())
    .addOption(seed())
    .addOption(json())
    .action(async ({ recipe = ['demo'], backend = [], backends = [], seed = 0, ...rest }) => {
      const names: string[] = [...backend, ...backends]
      return (await import('./commands/bench.ts')).bench({ ...rest, seed, recipe, backends: [...new Set(names)] })
    })

  add('new', 'Create a package for your own plugin.', 'hillock new learner my-rule')
    .addArgument(new Argument('<kind>', 'kind of plugin').choices(pluginKinds).argParser(oneOf(pluginKinds)))
    .argument('<name>', 'name in lower case, such as my-rule')
    .addOption(option('--shape <shape>', 'kind of learner to start from (default: gradient)', shapes))
    .action(async (kind, name, options) => (await import('./commands/new.ts')).createPlugin(kind, name, options))

  add('recipes', 'List the recipes.', 'hillock recipes')
    .addOption(json())
    .action(async (options) => (await import('./commands/recipes.ts')).listRecipes(options))
  add('info', 'List what is installed and what works on this machine.', 'hillock info')
    .addOption(json())
    .action(async (options) => (await import('./commands/info.ts')).info(options))
  for (const { options } of program.commands) for (const option of options) refuseNothing(option)
  return program
}

/** Throws HILLOCK_USAGE for an unknown command, whatever follows it. */
function checkCommand({ commands }: Command, [first = '', second = '']: readonly string[]): void {
  const name = first === 'help' ? second : first
  const names = commands.map((command) => command.name())
  if (name === '' || name.startsWith('-') || names.includes(name)) return
  throw new HillockError('HILLOCK_USAGE', `there is no command '${name}'`, { hint: choices(name, names) })
}

/** Runs the command line and gives its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const program = createProgram()
    checkCommand(program, args)
    await program.parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    return fail(error, args.includes('--json'))
  }
}
