// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of CloudFormation
import { describe, expect, test } from 'vitest';
import { identify } from './identities.ts';
import { Declaration } from './template.ts';

const data = {
  Resources: { Roster12345678: { Type: 'AWS::DynamoDB::Table' }, Plans12345678: { Type: 'AWS::SQS::Queue' } },
  Outputs: {
    Shared: { Value: { Ref: 'Roster12345678' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:roster' } } },
  },
};
const use = { Resources: { Api12345678: { Type: 'AWS::ApiGatewayV2::Api' } } };
const declaration = new Declaration({ data, use }, (resource) =>
  identify(resource, { sqs: 'http://127.0.0.1:9', api: 'http://127.0.0.1:8' }),
);

describe('references', () => {
  test.each([
    [{ Ref: 'Roster12345678' }, 'rolebook-roster'],
    [{ Ref: 'Plans12345678' }, 'http://127.0.0.1:9/000000000000/rolebook-plans'],
    [{ 'Fn::GetAtt': ['Plans12345678', 'Arn'] }, 'arn:aws:sqs:us-east-1:000000000000:rolebook-plans'],
    [{ 'Fn::GetAtt': 'Roster12345678.Arn' }, 'arn:aws:dynamodb:us-east-1:000000000000:table/rolebook-roster'],
    [{ 'Fn::Join': ['/', ['a', { Ref: 'AWS::Region' }]] }, 'a/us-east-1'],
    [
      { 'Fn::Sub': 'is ${Roster12345678}, not ${!Roster12345678}' },
      'is rolebook-roster, not ${Roster12345678}',
    ],
    [{ 'Fn::Sub': ['${name}!', { name: { Ref: 'AWS::AccountId' } }] }, '000000000000!'],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['-', 'a-b'] }] }, 'b'],
    [{ kept: [{ Ref: 'AWS::NoValue' }, 1], dropped: { Ref: 'AWS::NoValue' } }, { kept: [1] }],
  ])('%j stands for %j', (value, expected) => {
    expect(declaration.resolve(value, 'data')).toEqual(expected);
  });

  test('reach from stack to stack', () => {
    expect(declaration.resolve({ 'Fn::ImportValue': 'data:roster' }, 'use')).toBe('rolebook-roster');
  });

  test.each([
    [{ Ref: 'Nobody' }, /declares no Nobody/],
    [{ 'Fn::ImportValue': 'nothing' }, /exports/],
    [{ 'Fn::Cidr': ['10.0.0.0/8', 1, 1] }, /does not know Fn::Cidr/],
  ])('%j stops the start', (value, message) => {
    expect(() => declaration.resolve(value, 'data')).toThrow(message);
  });
});
