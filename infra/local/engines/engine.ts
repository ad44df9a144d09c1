export type Endpoints = {
  dynamodb: string;
  sqs: string;
  s3: string;
  secrets: string;
  ses: string;
  sts: string;
};

export type Engine = {
  endpoint: string;
  /** What was written is kept. */
  stop: () => Promise<void>;
};
