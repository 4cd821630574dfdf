import { fail } from './failure.ts'
import { answering } from './interrupt.ts'
import { run } from './program.ts'

// a fault in what nobody awaits: told like any other
process.on('uncaughtException', (error) => process.exit(fail(error)))
process.exitCode = await answering(() => run(process.argv.slice(2)))
