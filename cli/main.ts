import { runProgram } from './program.ts';

await runProgram(process.argv.slice(2), {
  environment: process.env,
  out: (text) => process.stdout.write(`${text}\n`),
  err: process.stderr,
  exit: (code) => {
    process.exitCode = code;
  },
});
