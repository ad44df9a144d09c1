import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { Context } from 'aws-lambda';
import { account, region } from '../template.ts';
import type { FunctionError, Invocation, Reply, WorkerData } from './protocol.ts';

/** The inside of one execution environment: loads a bundle once, and then takes one event at a time. */
const port = parentPort;
if (port === null) throw new Error('This file runs in a worker thread');
// The pool is the only one that starts this file.
const { file, exportName, functionName, memoryMegabytes } = workerData as WorkerData;

const loaded: Record<string, unknown> = await import(pathToFileURL(file).href);
const handler = handlerIn(loaded);

port.on('message', (invocation: Invocation) => {
  void run(invocation).then((reply) => port.postMessage(reply));
});
port.postMessage({ kind: 'ready' } satisfies Reply);

function handlerIn(exports: Record<string, unknown>): (event: unknown, context: Context) => unknown {
  const found = exports[exportName];
  if (typeof found !== 'function') throw new Error(`${functionName} exports no ${exportName}`);
  return (event, context) => found(event, context);
}

async function run({ id, event, requestId, deadline }: Invocation): Promise<Reply> {
  try {
    const result: unknown = await handler(JSON.parse(event), contextOf(requestId, deadline));
    return { kind: 'result', id, payload: JSON.stringify(result) ?? 'null' };
  } catch (thrown) {
    return { kind: 'error', id, error: describe(thrown) };
  }
}

function contextOf(awsRequestId: string, deadline: number): Context {
  const unused = (): never => {
    throw new Error('Handlers return promises here, as on nodejs24.x');
  };
  return {
    awsRequestId,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${region}:${account}:function:${functionName}`,
    memoryLimitInMB: String(memoryMegabytes),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: unused,
    fail: unused,
    succeed: unused,
  };
}

function describe(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error))
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: thrown.stack?.split('\n') ?? [] };
}
