import { audit } from './audit.ts';
import { ceiling } from './ceiling.ts';
import { check } from './check.ts';
import { dollars } from './dollars.ts';
import { engines } from './engines/engines.ts';
import { fairness } from './fairness.ts';
import { formats } from './formats.ts';
import { http } from './http.ts';
import { lambda } from './lambda.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { parse } from './parse.ts';
import { plan } from './plan.ts';
import { provider } from './provider.ts';
import { reports } from './reports.ts';
import { scaling } from './scaling.ts';
import { signInTime } from './sign-in-time.ts';

/** One bench in this process, which main.ts starts: `run-bench.ts <name> <directory> [<rows>]`; the findings go back by message. */
const benches = {
  parse,
  plan,
  scaling,
  load,
  engines,
  lambda,
  ceiling,
  check,
  http,
  fairness,
  dollars,
  memory,
  provider,
  'sign-in': signInTime,
  audit,
  reports,
  formats,
};

const [name = '', directory = '', rows] = process.argv.slice(2);
const bench = Object.entries(benches).find(([known]) => known === name)?.[1];
if (bench === undefined || process.send === undefined) throw new Error('Started by main.ts only');
process.send(await bench(directory, rows === undefined ? {} : { rows: Number(rows) }), () => process.exit());
