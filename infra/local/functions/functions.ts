import { createWriteStream, mkdirSync, renameSync, rmSync, statSync, type WriteStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { localName } from '../identities.ts';
import { type Declaration, type Resource, region } from '../template.ts';
import { LocalFunction } from './local-function.ts';

const FunctionProperties = z.object({
  FunctionName: z.string().optional(),
  Handler: z.string(),
  Runtime: z.string(),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).optional(),
});

export type FunctionsPlace = {
  /** Where assets' relative paths start. */
  assembly: string;
  dataDir: string;
  /** For every function, besides its own. */
  env: Record<string, string>;
};

/** A log that has grown past this is set aside when the stack starts. */
const maxLogBytes = 20 * 1024 * 1024;

/** The declared functions that have a bundle; what CDK adds for its own use at deployment has none. */
export function declareFunctions(
  declaration: Declaration,
  place: FunctionsPlace,
): Map<string, LocalFunction> {
  const logs = join(place.dataDir, 'logs');
  mkdirSync(logs, { recursive: true });
  const functions = declaration.ofType('AWS::Lambda::Function').flatMap((resource) => {
    const asset = resource.metadata['aws:asset:path'];
    return typeof asset === 'string' ? [declareFunction(declaration, resource, asset, place, logs)] : [];
  });
  return new Map(functions.map((fn) => [fn.name, fn]));
}

function declareFunction(
  declaration: Declaration,
  resource: Resource,
  asset: string,
  { assembly, dataDir, env }: FunctionsPlace,
  logs: string,
): LocalFunction {
  const properties = declaration.read(resource, FunctionProperties);
  const name = localName(resource);
  const [module, exportName] = properties.Handler.split('.');
  if (module === undefined || exportName === undefined) throw new Error(`${name} has no handler`);
  const temporary = join(dataDir, 'tmp', name);
  rmSync(temporary, { recursive: true, force: true }); // of a process that was killed; it held people's records
  mkdirSync(temporary, { recursive: true });
  return new LocalFunction({
    name,
    file: resolve(assembly, asset, `${module}.mjs`),
    exportName,
    timeoutSeconds: properties.Timeout,
    memoryMegabytes: properties.MemorySize,
    env: {
      ...env,
      AWS_ACCESS_KEY_ID: name, // each role has credentials of its own
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(properties.MemorySize),
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_EXECUTION_ENV: `AWS_Lambda_${properties.Runtime}`,
      AWS_REGION: region,
      TMPDIR: temporary,
      TZ: 'UTC',
      POWERTOOLS_TRACE_ENABLED: 'false', // no X-Ray daemon here
      ...properties.Environment?.Variables,
    },
    log: openLog(join(logs, `${name}.log`)),
    maxEnvironments: Math.max(2, availableParallelism()),
  });
}

function openLog(path: string): WriteStream {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maxLogBytes) renameSync(path, `${path}.1`);
  return createWriteStream(path, { flags: 'a' });
}
