import { account, type Identity, type Resource, region } from './template.ts';

/**
 * Names on this machine. Tables, queues and buckets are named in the cloud by CloudFormation; here by their logical id, which
 * changes exactly when the cloud would replace them.
 */
export function identify(resource: Resource, at: { sqs: string; api: string }): Identity {
  const name = localName(resource);
  switch (resource.type) {
    case 'AWS::DynamoDB::Table': {
      const arn = `arn:aws:dynamodb:${region}:${account}:table/${name}`;
      return { ref: name, attributes: { Arn: arn, StreamArn: `${arn}/stream/local` } };
    }
    case 'AWS::SQS::Queue':
      return {
        ref: `${at.sqs}/${account}/${name}`,
        attributes: { Arn: queueArn(name), QueueName: name, QueueUrl: `${at.sqs}/${account}/${name}` },
      };
    case 'AWS::S3::Bucket':
      return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}` } };
    case 'AWS::Lambda::Function':
      return { ref: name, attributes: { Arn: `arn:aws:lambda:${region}:${account}:function:${name}` } };
    case 'AWS::ApiGatewayV2::Api':
      return { ref: resource.logicalId, attributes: { ApiEndpoint: at.api } };
    default:
      return { ref: resource.logicalId, attributes: {} };
  }
}

export function queueArn(name: string): string {
  return `arn:aws:sqs:${region}:${account}:${name}`;
}

/** The name of a table, queue, bucket or function in its ARN; a name stays one. */
export function nameInArn(arn: string): string {
  if (!arn.startsWith('arn:')) return arn;
  const resource = arn.split(':').slice(5).join(':');
  return resource.replace(/^(table|function)[/:]/, '').split(/[/:]/)[0] ?? resource;
}

/** Names that the template gives, else the logical id without CDK's hash: `PlansQueue5062BDB3` is `rolebook-plans-queue`. */
export function localName({ type, logicalId, properties }: Resource): string {
  const given = { 'AWS::Lambda::Function': 'FunctionName', 'AWS::SQS::Queue': 'QueueName' }[type];
  const named = given === undefined ? undefined : properties[given];
  if (typeof named === 'string') return named;
  const words = logicalId.replace(/[0-9A-F]{8}$/, '').replace(/([a-z0-9])([A-Z])/g, '$1-$2');
  return `rolebook-${words.toLowerCase()}`;
}
