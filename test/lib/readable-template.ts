import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A stack's template with references as text: `arn(id)`, `ref(id)`, and `<Region>` for pseudo parameters. */
export class ReadableTemplate {
  readonly template: Template;
  readonly resources: Readonly<Record<string, Resource>>;

  constructor(stack: Stack) {
    this.template = Template.fromStack(stack);
    this.resources = this.template.toJSON().Resources;
  }

  /** Logical id of the only resource of a type whose id starts so. */
  id(type: string, prefix: string): string {
    const found = Object.keys(this.template.findResources(type)).filter((id) => id.startsWith(prefix));
    const [id] = found;
    if (id === undefined || found.length > 1)
      throw new Error(`expected one ${prefix}* ${type}, got [${found}]`);
    return id;
  }

  properties(type: string, prefix: string): Readonly<Record<string, unknown>> {
    return this.resources[this.id(type, prefix)]?.Properties ?? {};
  }

  /** Logical ids of all roles. */
  roles(): string[] {
    return Object.keys(this.template.findResources('AWS::IAM::Role')).sort();
  }

  /**
   * What a role is allowed, as sorted lines of `action resource`, out of the policies in it and all that are attached to
   * it. A condition follows as `if OPERATOR KEY VALUES`.
   */
  allowed(roleId: string): string[] {
    const attached = Object.values(this.resources)
      .filter(({ Type }) => Type === 'AWS::IAM::Policy' || Type === 'AWS::IAM::ManagedPolicy')
      .filter(({ Properties }) => [Properties.Roles].flat().some((role) => text(role) === `ref(${roleId})`))
      .map(({ Properties }) => Properties.PolicyDocument as Document);
    const { Policies = [] } = (this.resources[roleId]?.Properties ?? {}) as {
      Policies?: { PolicyDocument: Document }[];
    };
    return [...attached, ...Policies.map(({ PolicyDocument }) => PolicyDocument)]
      .flatMap(({ Statement }) => Statement)
      .flatMap(({ Effect, Action, Resource, NotResource, Condition }) =>
        [Action].flat().flatMap((action) =>
          [Resource ?? NotResource]
            .flat()
            .map((resource) => `${Resource ? '' : 'not '}${text(resource)}${conditions(Condition)}`)
            .map((allowed) => `${Effect} ${action} ${allowed}`),
        ),
      )
      .sort();
  }
}

interface Document {
  readonly Statement: readonly Statement[];
}

function conditions(condition: Statement['Condition'] = {}): string {
  return Object.entries(condition)
    .flatMap(([operator, keys]) =>
      Object.entries(keys).map(
        ([key, values]) => ` if ${operator} ${key} ${[values].flat().map(text).join(' ')}`,
      ),
    )
    .join('');
}

/** A CloudFormation value as text. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::GetAtt': att, 'Fn::Join': join, 'Fn::If': choice } = value as Record<string, unknown>;
  if (typeof Ref === 'string') return Ref.startsWith('AWS::') ? `<${Ref.slice(5)}>` : `ref(${Ref})`;
  if (Array.isArray(att) && att[1] === 'Arn') return `arn(${att[0]})`;
  if (Array.isArray(att) && att[1] === 'FunctionUrl') return `url(${att[0]})`;
  if (Array.isArray(join)) return (join[1] as unknown[]).map(text).join(join[0] as string);
  if (Array.isArray(choice)) {
    const [condition, ...choices] = choice;
    return `(${condition} ? ${choices.map(text).join(' : ')})`;
  }
  throw new Error(
    `expected a string, Ref, GetAtt Arn or FunctionUrl, Join or If, got ${JSON.stringify(value)}`,
  );
}
