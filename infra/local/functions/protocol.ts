/** What a function's worker is started with, and what goes to and from it. Payloads are JSON text, as on Lambda. */
export type WorkerData = { file: string; exportName: string; functionName: string; memoryMegabytes: number };

export type Invocation = {
  id: number;
  event: string;
  requestId: string /** Milliseconds since the epoch. */;
  deadline: number;
};

export type FunctionError = { errorType: string; errorMessage: string; trace: string[] };

export type Reply =
  | { kind: 'ready' }
  | { kind: 'result'; id: number; payload: string }
  | { kind: 'error'; id: number; error: FunctionError };
