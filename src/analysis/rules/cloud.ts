/** AWS CDK resources that are open or unencrypted. Version 1 and 2 packages alike. */
import type { CallNode } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { isFalse, isTrue } from './shared.ts'

function isResource(call: CallNode, service: string, resource: string, context: RuleContext): boolean {
  const name = context.names.of(call.callee) ?? ''
  return call.type === 'NewExpression' && (name === `mod:@aws-cdk/aws-${service}.${resource}` || name === `mod:aws-cdk-lib/aws-${service}.${resource}` || name === `mod:aws-cdk-lib.aws_${service}.${resource}`)
}

const bucket = defineRule({
  id: 'insecure-transport/open-bucket',
  cwe: [311],
  severity: 'medium',
  title: 'a bucket neither encrypts what it keeps nor asks for encrypted connections',
  help: 'Set enforceSSL: true and encryption: BucketEncryption.S3_MANAGED or KMS.',
  calls: ['Bucket'],
  check(node, context) {
    const call = node as CallNode
    const isTls = isTrue(context.constants.option(call.arguments[2], 'enforceSSL'), context)
    if (isResource(call, 's3', 'Bucket', context) && !isTls && isUnencrypted(call, context)) context.report(call)
  },
})

function isUnencrypted(call: CallNode, context: RuleContext): boolean {
  const encryption = context.constants.option(call.arguments[2], 'encryption')
  if (!encryption) return context.constants.option(call.arguments[2], 'encryptionKey') === undefined
  return /\.UNENCRYPTED$/.test(context.names.of(encryption) ?? '')
}

const queue = defineRule({
  id: 'insecure-transport/queue-encryption',
  cwe: [311],
  severity: 'medium',
  title: 'a queue keeps its messages unencrypted',
  help: 'Set encryption: QueueEncryption.KMS_MANAGED.',
  calls: ['Queue'],
  check(node, context) {
    const call = node as CallNode
    if (!isResource(call, 'sqs', 'Queue', context)) return
    const encryption = context.constants.option(call.arguments[2], 'encryption')
    if (!encryption || /\.UNENCRYPTED$/.test(context.names.of(encryption) ?? '')) context.report(call)
  },
})

const publicBucket = defineRule({
  id: 'authn-jwt/public-bucket',
  cwe: [306, 284],
  severity: 'high',
  title: 'everyone may read a bucket',
  help: 'Grant access to the principals that need it.',
  calls: ['grantPublicAccess'],
  check(node, context) {
    const call = node as CallNode
    if (!/aws-s3\.Bucket\(\)\.grantPublicAccess$/.test(context.names.of(call.callee) ?? '')) return
    const owner = call.callee.type === 'MemberExpression' ? context.constants.literal(call.callee.object) : undefined
    context.report(owner && owner.type === 'NewExpression' ? owner : call)
  },
})

const publicProject = defineRule({
  id: 'authn-jwt/public-project',
  cwe: [306, 284],
  severity: 'medium',
  title: 'everyone may see the results of a build project',
  help: 'Leave badge out, or false.',
  calls: ['Project'],
  check(node, context) {
    const call = node as CallNode
    if (!isResource(call, 'codebuild', 'Project', context)) return
    const badge = context.constants.option(call.arguments[2], 'badge')
    if (badge && !isFalse(badge, context)) context.report(call)
  },
})

export const cloudRules: readonly Rule[] = [bucket, queue, publicBucket, publicProject]
