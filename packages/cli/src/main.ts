import { fail } from './output/failure.ts'
import { run } from './program.ts'
import { answering } from './run/interrupt.ts'

// a fault in what nobody awaits: told like any other
process.on('uncaughtException', (error) => process.exit(fail(error)))
process.exitCode = await answering(() => run(process.argv.slice(2)))
