const units = [
  'Ms|Seconds|Minutes|Hours|Days', // times
  'Bytes|KiB|MiB|GiB', // sizes; `bytes` and `count` are different things
  'Count|Index|Sequence|Id|Number|Partition', // places and amounts
  'Port|Offset|Pid|Percent|Ratio|PerSecond|Usd|Revision|Version|Seed|Mode|Status|Code',
].join('|');
const qualifiers = 'Max|Min|Default|Target|P50|P90|P99';
// `pendingAcksMax`, `pingsMissedMax`: a plural counts what it names.
const named = new RegExp(
  `[a-z0-9](?:(?:${units}|s)(?:${qualifiers})?|s[A-Z][A-Za-z]*(?:Max|Min))$`,
);
const alone = new RegExp(`^(?:${units})(?:${qualifiers})?$`, 'i');

/**
 * A number in an options, settings or limits type says its unit at the end of its name: `ackWaitMs`,
 * `payloadBytesMax`, `pendingCount` (house style, rule 13).
 */
export const unitLast = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      unitless:
        '{{name}} is a number without its unit. End the name with one (Ms, Bytes, Count, Index, Port, ...), then Max or Min: payloadBytesMax.',
    },
  },
  create(context) {
    const holder = /(Options|Settings|Limits|Config)$/;
    return {
      'TSInterfaceDeclaration, TSTypeAliasDeclaration'(node) {
        if (!holder.test(node.id.name)) return;
        const members =
          node.type === 'TSInterfaceDeclaration' ? node.body.body : node.typeAnnotation.members;
        for (const member of members ?? []) {
          if (member.type !== 'TSPropertySignature' || member.key.type !== 'Identifier') continue;
          if (!isNumber(member.typeAnnotation?.typeAnnotation)) continue;
          const { name } = member.key;
          if (named.test(name) || alone.test(name)) continue;
          context.report({ node: member, messageId: 'unitless', data: { name } });
        }
      },
    };
  },
};

function isNumber(type) {
  if (type?.type === 'TSUnionType') return type.types.some(isNumber);
  return type?.type === 'TSNumberKeyword';
}
