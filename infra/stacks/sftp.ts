import { Aws, CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { CfnServer } from 'aws-cdk-lib/aws-transfer';
import type { Construct } from 'constructs';
import { DeadLetterQueue } from '../constructs/work-queue.ts';

export type SftpProps = StackProps & { stage: string; identify: LambdaFunction; hear: LambdaFunction };

/** SFTP by Transfer Family. It costs by the hour, so a deployment has it only where somebody asks: `cdk deploy -c sftp=true`. */
export class SftpStack extends Stack {
  constructor(scope: Construct, id: string, { stage, identify, hear, ...props }: SftpProps) {
    super(scope, id, props);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/transfer/rolebook-${stage}`,
      retention: logs.RetentionDays.THREE_MONTHS,
    });
    const server = new CfnServer(this, 'Server', {
      protocols: ['SFTP'],
      endpointType: 'PUBLIC',
      domain: 'S3',
      identityProviderType: 'AWS_LAMBDA',
      identityProviderDetails: {
        function: identify.functionArn,
        sftpAuthenticationMethods: 'PUBLIC_KEY_OR_PASSWORD',
      },
      securityPolicyName: 'TransferSecurityPolicy-2024-01',
      structuredLogDestinations: [`${logGroup.logGroupArn}`],
      s3StorageOptions: { directoryListingOptimization: 'ENABLED' },
      protocolDetails: { setStatOption: 'ENABLE_NO_OP' },
    });
    identify.addPermission('AskedBySftp', {
      principal: new iam.ServicePrincipal('transfer.amazonaws.com'),
      sourceAccount: this.account,
      sourceArn: this.formatArn({ service: 'transfer', resource: 'server', resourceName: '*' }),
      scope: this,
    });
    new events.Rule(this, 'Downloads', {
      description: 'Files that were fetched whole over SFTP',
      eventPattern: {
        source: ['aws.transfer'],
        detailType: ['SFTP Server File Download Completed'],
        detail: { 'server-id': [server.attrServerId] },
      },
      targets: [
        new LambdaTarget(hear, { deadLetterQueue: new DeadLetterQueue(this, 'DownloadDeadLetters') }),
      ],
    });
    new CfnOutput(this, 'SftpAddress', {
      value: `${server.attrServerId}.server.transfer.${Aws.REGION}.amazonaws.com`,
    });
    Tags.of(this).add('data-class', 'personal');
  }
}
