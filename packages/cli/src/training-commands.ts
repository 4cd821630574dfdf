import { collect, seconds, seeds, shard, whole } from './option-values.ts'
import { type Add, backend, data, device, json, option, searches, seed, tests, threads } from './shared-options.ts'

/** Adds the commands that train. */
export function trainingCommands(add: Add): void {
  add('train', 'Train a recipe.', 'hillock train --recipe lif-tutorial --data ./data --epochs 3 --out out')
    .option('--recipe <name>', 'a recipe of `hillock recipes` (default: "demo")')
    .option('--config <file>', 'your own recipe as JSON, or { "extends": "demo", ... } to change one')
    .option(
      '--dataset <name>',
      'train on another data set: glyphs, yin-yang, tones, n-glyphs, mnist, fashion-mnist, kmnist, n-mnist, shd, ssc',
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
}
