import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import * as z from 'zod';

const Template = z.object({
  Resources: z
    .record(
      z.string(),
      z.object({
        Type: z.string(),
        Properties: z.record(z.string(), z.unknown()).default({}),
        Metadata: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .default({}),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
});

export type Resource = {
  stack: string;
  logicalId: string;
  type: string;
  /** As declared, with intrinsic functions. */
  properties: Record<string, unknown>;
  metadata: Record<string, unknown>;
};

/** What a resource is called on this machine: what `Ref` and `Fn::GetAtt` of it give. */
export type Identity = { ref: string; attributes: Record<string, string> };

export const region = 'us-east-1';
export const account = '000000000000';

const pseudo: Record<string, string> = {
  'AWS::Region': region,
  'AWS::AccountId': account,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** What the synthesized stacks declare, with their references resolved, also from stack to stack. */
export class Declaration {
  readonly resources: readonly Resource[];
  readonly #byId = new Map<string, Resource>();
  readonly #exports = new Map<string, { stack: string; value: unknown }>();
  readonly #identify: (resource: Resource) => Identity;

  constructor(stacks: Record<string, unknown>, identify: (resource: Resource) => Identity) {
    this.#identify = identify;
    const resources: Resource[] = [];
    for (const [stack, json] of Object.entries(stacks)) {
      const template = Template.parse(json);
      for (const [logicalId, { Type, Properties, Metadata }] of Object.entries(template.Resources)) {
        const resource = { stack, logicalId, type: Type, properties: Properties, metadata: Metadata };
        resources.push(resource);
        this.#byId.set(`${stack}/${logicalId}`, resource);
      }
      for (const { Value, Export } of Object.values(template.Outputs)) {
        if (Export !== undefined)
          this.#exports.set(String(this.resolve(Export.Name, stack)), { stack, value: Value });
      }
    }
    this.resources = resources;
  }

  static of(assembly: CloudAssembly, identify: (resource: Resource) => Identity): Declaration {
    const stacks = assembly.stacks.map(
      (stack) =>
        [
          stack.stackName,
          JSON.parse(readFileSync(join(assembly.directory, stack.templateFile), 'utf8')),
        ] as const,
    );
    return new Declaration(Object.fromEntries(stacks), identify);
  }

  ofType(type: string): Resource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** A resource's properties, resolved and checked. @throws where the runner does not understand what is declared. */
  read<Schema extends z.ZodType>(resource: Resource, schema: Schema): z.output<Schema> {
    const result = schema.safeParse(this.resolve(resource.properties, resource.stack));
    if (!result.success) {
      throw new Error(
        `The local runner cannot read ${resource.type} ${resource.logicalId}: ${z.prettifyError(result.error)}`,
      );
    }
    return result.data;
  }

  identity(resource: Resource): Identity {
    return this.#identify(resource);
  }

  /** @throws on an intrinsic function that this machine has no answer to. */
  resolve(value: unknown, stack: string): unknown {
    if (Array.isArray(value)) {
      return value.map((item) => this.resolve(item, stack)).filter((item) => item !== undefined);
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) {
      return this.#intrinsic(only[0], only[1], stack);
    }
    return Object.fromEntries(
      entries.map(([key, item]) => [key, this.resolve(item, stack)]).filter(([, item]) => item !== undefined),
    );
  }

  #intrinsic(name: string, argument: unknown, stack: string): unknown {
    switch (name) {
      case 'Ref':
        return this.#ref(String(argument), stack);
      case 'Fn::GetAtt':
        return this.#attribute(argument, stack);
      case 'Fn::Join': {
        const [separator, parts] = z.tuple([z.string(), z.unknown()]).parse(argument);
        return z.array(z.coerce.string()).parse(this.resolve(parts, stack)).join(separator);
      }
      case 'Fn::Sub':
        return this.#substitute(argument, stack);
      case 'Fn::Select': {
        const [index, list] = z.tuple([z.coerce.number(), z.unknown()]).parse(argument);
        return z.array(z.unknown()).parse(this.resolve(list, stack))[index];
      }
      case 'Fn::Split': {
        const [separator, text] = z.tuple([z.string(), z.unknown()]).parse(argument);
        return String(this.resolve(text, stack)).split(separator);
      }
      case 'Fn::ImportValue': {
        const exported = this.#exports.get(String(this.resolve(argument, stack)));
        if (exported === undefined) throw new Error(`No stack exports ${JSON.stringify(argument)}`);
        return this.resolve(exported.value, exported.stack);
      }
      default:
        throw new Error(`The local runner does not know ${name}`);
    }
  }

  #ref(name: string, stack: string): string | undefined {
    if (name === 'AWS::NoValue') return undefined;
    if (name === 'AWS::StackName') return stack;
    return pseudo[name] ?? this.#identify(this.#find(name, stack)).ref;
  }

  #attribute(argument: unknown, stack: string): string {
    const [logicalId, attribute] = z
      .tuple([z.string(), z.string()])
      .parse(
        typeof argument === 'string'
          ? [argument.split('.')[0], argument.split('.').slice(1).join('.')]
          : argument,
      );
    const found = this.#identify(this.#find(logicalId, stack)).attributes[attribute];
    // Only what functions are told matters here; the rest needs to be something.
    return found ?? `${logicalId}.${attribute}`;
  }

  #substitute(argument: unknown, stack: string): string {
    const [text, variables] =
      typeof argument === 'string'
        ? [argument, {}]
        : z.tuple([z.string(), z.record(z.string(), z.unknown())]).parse(argument);
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal === '!') return `\${${name}}`;
      if (name in variables) return String(this.resolve(variables[name], stack));
      return name.includes('.') ? this.#attribute(name, stack) : String(this.#ref(name, stack));
    });
  }

  #find(logicalId: string, stack: string): Resource {
    const resource = this.#byId.get(`${stack}/${logicalId}`);
    if (resource === undefined) throw new Error(`${stack} declares no ${logicalId}`);
    return resource;
  }
}
